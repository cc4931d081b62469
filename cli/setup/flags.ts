/** The flags of `deno task setup`. */

/** The flags of setup. */
export interface SetupFlags {
  /** True for the CUDA build, false for the CPU build; undefined for the installed one. */
  readonly gpu: boolean | undefined;
  /** True if TensorFlow is to be set up even where nothing needs it. */
  readonly tensorflow: boolean;
  /** True if a server is to be started next, whose settings are checked first. */
  readonly server: boolean;
}

/** Reads the flags. --help and invalid ones end the process. */
export async function readSetupFlags(args: readonly string[]): Promise<SetupFlags> {
  // Usually there are none, and nothing needs to be loaded.
  if (args.length === 0) return { gpu: undefined, tensorflow: false, server: false };
  const { Command, Option } = await import("commander");
  const program = new Command("deno task setup")
    .description(
      "Sets up what a start needs, as far as it is missing: npm packages, the native engine, MNIST, the page, and " +
        "TensorFlow where there is an NVIDIA GPU or the native engine is not available. 'deno task start' does it too.",
    )
    .addOption(
      new Option("--gpu", "TensorFlow's CUDA build with NVIDIA's libraries (Linux x86_64)")
        .conflicts("cpu"),
    )
    .option("--cpu", "TensorFlow's CPU build: the way back from --gpu")
    .option("--tensorflow", "TensorFlow too, which a run that asks for it fetches otherwise")
    .option("--server", "check the settings of the server first, as 'deno task start' does")
    .addHelpText(
      "after",
      `
Environment:
  XDG_CACHE_HOME            where the cache 'epochql' goes; default ~/.cache
  EPOCHQL_TENSORFLOW_WHEEL  TensorFlow's wheel, already on disk, instead of a download
  CXX                       the C++ compiler; default c++, g++ or clang++
  EPOCHQL_ENGINE            the engine of runs that name none: with TENSORFLOW, it is set up too
  EPOCHQL_HOME              where datasets go, in its folder data; default .epochql
  HTTPS_PROXY, PIP_INDEX_URL, PIP_CERT and all else that pip or uv read`,
    )
    .parse(args, { from: "user" });
  const { gpu, cpu, tensorflow = false, server = false } = program.opts<
    { gpu?: true; cpu?: true; tensorflow?: true; server?: true }
  >();
  return {
    gpu: gpu ? true : cpu ? false : undefined,
    tensorflow: tensorflow || gpu === true || cpu === true,
    server,
  };
}
