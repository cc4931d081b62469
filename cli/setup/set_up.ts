/**
 * Sets up what is missing but for the npm packages: the native engine, TensorFlow where it trains, MNIST, the page. It
 * runs before every start, so that it must cost next to nothing when all is installed. It writes to stderr; stdout
 * belongs to the program that follows.
 */
import { loadConfig, loadWorkerConfig } from "../../config.ts";
import { catalogEntry, trainableDatasets } from "../../data/catalog.ts";
import { DatasetError } from "../../data/errors.ts";
import { DEFAULT_CPU_ENGINE } from "../../ml/spec/engine_choice.ts";
import type { EngineName } from "../../ml/spec/spec.ts";
import { messageOf, NativeError } from "../../native/errors.ts";
import { setUpKernels } from "../../native/kernels/build.ts";
import { findNvidiaDriver } from "../../native/platform.ts";
import { readStamp } from "../../native/setup_stamp.ts";
import { packageFolder } from "../../native/paths.ts";
import { cudaDownload, type NativeSetup, setUpNative } from "../../native/setup.ts";
import type { StoreLocation } from "../../runs/store/open.ts";
import { networkHomeProblem } from "../../runs/store/sqlite/network_home.ts";
import { readSetupFlags, type SetupFlags } from "./flags.ts";
import { installPackages } from "./packages/install.ts";
import { setUpPageAndDatasets } from "./page_and_datasets.ts";
import type { Report } from "../../native/report.ts";
import type { TerminalReport } from "./terminal_report.ts";
import { type Terminal, tint } from "../terminal/terminal.ts";

/**
 * Sets everything up, by the process's arguments. Failures are printed, and end the process.
 *
 * @param compiling ends when the native engine is compiled, or cannot be
 */
export async function setUp(
  report: TerminalReport,
  terminal: Terminal,
  compiling: Promise<void>,
): Promise<void> {
  const flags = await readSetupFlags(Deno.args);
  // What the server would refuse is refused before anything else is fetched.
  const config = flags.server ? loadConfig() : loadWorkerConfig();
  const { home, engine } = config;
  await warnOfNetworkHome(config, terminal);
  try {
    const [{ hasNative, tensorflow }] = await Promise.all([
      compiling.then(() => setUpEngines(flags, engine, report)),
      setUpPageAndDatasets(home, report),
    ]);
    const parts = [
      ...hasNative ? ["the native engine"] : [],
      ...tensorflow ? [describe(tensorflow)] : [],
      ...trainableDatasets.map((name) => catalogEntry(name).title),
      "the page",
    ];
    report.end(`Set up: ${parts.join(", ")}.`);
    if (tensorflow) await adviseGpu(tensorflow, report.end);
  } catch (error) {
    if (!(error instanceof NativeError || error instanceof DatasetError)) throw error;
    // A compiler would go on without this process.
    await compiling;
    report.end(tint(terminal, "red", error.message));
    Deno.exit(1);
  }
}

/** Sets up the native engine, and TensorFlow where it trains. */
async function setUpEngines(
  flags: SetupFlags,
  engine: EngineName,
  report: Report,
): Promise<{ readonly hasNative: boolean; readonly tensorflow: NativeSetup | undefined }> {
  const hasNative = await setUpNativeEngine(report);
  const tensorflow = await needsTensorFlow(flags, engine, hasNative)
    ? await setUpTensorFlow(flags, report)
    : undefined;
  return { hasNative, tensorflow };
}

/** Warns of SQLite on a network file system: here, since servers and workers have no permission to look. */
async function warnOfNetworkHome(place: StoreLocation, terminal: Terminal) {
  const problem = await networkHomeProblem(place);
  if (problem) console.error(tint(terminal, "yellow", `${problem.text}. ${problem.advice}`));
}

/** Compiles the native engine. @returns false if it is not available, so that TensorFlow trains */
async function setUpNativeEngine(report: Report): Promise<boolean> {
  try {
    await setUpKernels(report);
    return true;
  } catch (error) {
    if (!(error instanceof NativeError)) throw error;
    report.log(
      `The native engine is not available, so that TensorFlow trains: ${messageOf(error)}`,
    );
    return false;
  }
}

/** Installs TensorFlow's npm packages and sets up its library. */
async function setUpTensorFlow({ gpu }: SetupFlags, report: Report): Promise<NativeSetup> {
  await installPackages("tensorflow", report);
  return await setUpNative({
    gpu,
    wheel: Deno.env.get("EPOCHQL_TENSORFLOW_WHEEL") || undefined,
    ...report,
  });
}

/** Returns whether a start needs TensorFlow. Otherwise, a run that asks for it sets it up. */
async function needsTensorFlow(
  { tensorflow }: SetupFlags,
  engine: EngineName,
  hasNative: boolean,
): Promise<boolean> {
  const trains = engine === "AUTO" ? DEFAULT_CPU_ENGINE : engine;
  return tensorflow || !hasNative || trains === "TENSORFLOW" ||
    // What is there is kept up to date: it may be loaded at any time.
    await readStamp(packageFolder()) !== undefined ||
    await findNvidiaDriver() !== undefined;
}

function describe({ version, gpu }: NativeSetup): string {
  return `TensorFlow ${version} (${gpu ? "GPU" : "CPU"})`;
}

/** Prints the requirements of an NVIDIA GPU, if there seems to be one. */
async function adviseGpu({ build, gpu, changed }: NativeSetup, say: (line: string) => void) {
  const driver = await findNvidiaDriver();
  if (build === "cpu" && driver) {
    say(
      `There is an NVIDIA driver: 'deno task setup --gpu' fetches the build that uses it (${cudaDownload()}).`,
    );
  }
  if (build === "cuda" && !gpu && changed) {
    say(
      "TensorFlow found no NVIDIA GPU that it can use and computes on the CPU. 'deno task doctor' says more.",
    );
  }
}
