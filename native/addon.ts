/**
 * Compiles the npm package's two C++ files against TensorFlow, without node-gyp. The result is cached by a hash of its
 * inputs, so that another checkout needs no compiler.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { lastLines, type Outcome, run } from "./command.ts";
import { NativeError } from "./errors.ts";
import { filesUnder, replace } from "./files.ts";
import type { Environment, Paths } from "./paths.ts";
import type { Platform } from "./platform.ts";
import type { Release } from "./releases.ts";
import { beginPhase, type Report } from "./report.ts";

/** A C++ compiler. */
export interface Compiler {
  readonly command: readonly [string, ...string[]];
  /** Name with version: 'g++ (Debian 12.2.0-14) 12.2.0'. */
  readonly name: string;
}

/**
 * Finds a C++ compiler: CXX, if it is set, else c++, g++ or clang++.
 *
 * @param what the thing to build, for the message
 * @throws {NativeError} if there is none
 */
export async function findCompiler(
  env: Environment = Deno.env,
  what = "TensorFlow's addon",
): Promise<Compiler> {
  const [named, ...flags] = (env.get("CXX") ?? "").split(/\s+/).filter(Boolean);
  const candidates: [string, ...string[]][] = named === undefined
    ? [["c++"], ["g++"], ["clang++"]]
    : [[named, ...flags]];
  for (const command of candidates) {
    const outcome = await run(command, ["--version"]);
    if (outcome?.code !== 0) continue;
    return { command, name: outcome.stdout.split("\n")[0]?.trim() || command.join(" ") };
  }
  const advice = Deno.build.os === "darwin"
    ? "Run 'xcode-select --install', or set CXX to one."
    : "Run 'apt-get install g++' or your system's equal, or set CXX to one.";
  throw new NativeError(
    "no-compiler",
    `Cannot build ${what}: a C++ compiler must be installed, ` +
      `got ${
        named === undefined ? "no c++, g++ or clang++" : `CXX=${env.get("CXX")}, which does not run`
      }. ${advice}`,
  );
}

/** Inputs of a build of the addon. */
export interface AddonInputs {
  readonly release: Release;
  readonly paths: Paths;
  /** The cached folder of TensorFlow's libraries and headers. */
  readonly library: string;
  readonly report: Report;
  /** Finds the compiler. Called only if something must be compiled. */
  readonly findCompiler: () => Promise<Compiler>;
}

/**
 * Returns the addon from the cache, compiling it if it is missing.
 *
 * @returns its path
 * @throws {NativeError}
 */
export async function ensureAddon(inputs: AddonInputs): Promise<string> {
  const { paths, release, library } = inputs;
  const path = join(paths.cache, `addon-${await hashInputs(inputs)}.node`);
  try {
    if ((await Deno.stat(path)).size > 0) return path;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const compiler = await inputs.findCompiler();
  const phase = beginPhase(inputs.report, `Compiling the addon with ${compiler.name}`);
  await replace(path, async (part) => {
    const outcome = await run(
      compiler.command,
      [
        ...flagsFor(release.platform),
        "-I" + paths.nodeApi,
        "-I" + join(library, "include"),
        ...SOURCES.map((source) => join(paths.package, "binding", source)),
        // Linked by path: the linker records the library's own name, which RUNPATH finds.
        ...release.libraries.map(({ file }) => join(library, "lib", file)),
        ...["-o", part],
      ],
      // Temporary files of the compiler are few and small.
      { cwd: paths.cache },
    );
    if (outcome?.code !== 0) throw doesNotCompile(compiler, outcome);
  });
  phase.done("Compiled the addon");
  return path;
}

const SOURCES = ["tfjs_backend.cc", "tfjs_binding.cc"];

function flagsFor(platform: Platform): readonly string[] {
  const common = ["-O2", "-fPIC", "-std=c++17", "-DNAPI_VERSION=8", "-w"];
  switch (platform) {
    case "linux-x86_64":
    case "linux-aarch64":
      return [...common, "-shared", "-Wl,-rpath,$ORIGIN/../../deps/lib"];
    case "macos-arm64":
      // The symbols of Node-API are those of the process that loads the addon.
      return [
        ...common,
        "-bundle",
        "-undefined",
        "dynamic_lookup",
        "-Wl,-rpath,@loader_path/../../deps/lib",
      ];
    default:
      return platform satisfies never;
  }
}

/**
 * Hashes flags, sources and headers. The compiler is left out: the addon of any of them will do. So are the libraries,
 * whose builds share one interface.
 */
async function hashInputs({ release, paths, library }: AddonInputs): Promise<string> {
  const hash = createHash("sha256");
  const names = release.libraries.map(({ file }) => file);
  hash.update(JSON.stringify([release.platform, flagsFor(release.platform), names]));
  const folders = [join(paths.package, "binding"), paths.nodeApi, join(library, "include")];
  for (const folder of folders) {
    const paths: string[] = [];
    for await (const { path } of filesUnder(folder)) paths.push(path);
    for (const path of paths.sort()) {
      hash.update(path.slice(folder.length));
      hash.update(await Deno.readFile(path));
    }
  }
  return hash.digest("hex").slice(0, 20);
}

/** The code of a program that the system ended by SIGKILL, as it does where memory is short. */
const KILLED = 137;

/** Creates the error of a compiler that fails. */
export function doesNotCompile(
  { name, command }: Compiler,
  outcome: Outcome | undefined,
  what = "TensorFlow's addon",
): NativeError {
  const said = outcome === undefined ? "" : lastLines(outcome, 12);
  const advice = /xcrun|xcode-select/.test(said)
    ? "Run 'xcode-select --install'."
    : /fatal error: (?:cstd|cstring|string|vector|memory|iostream|stdlib)/.test(said)
    ? "The C++ standard library's headers are missing: 'apt-get install g++' or your system's equal brings them."
    : outcome?.code === KILLED || /\bKilled\b|out of memory|cannot allocate memory/i.test(said)
    ? "There was too little memory: free some, or give the container more, and try again."
    : "Set CXX to another compiler that knows C++17, such as g++ 8 or later.";
  return new NativeError(
    "does-not-compile",
    `Cannot build ${what}: ${command.join(" ")} (${name}) must end with code 0, ` +
      `got ${outcome?.code ?? "no start"}. ${advice}${said === "" ? "" : `\nIt said:\n${said}`}`,
  );
}
