/**
 * Compiles the native engine's kernels for the instructions that this processor knows, or, for a container image, for
 * all that one of its kind may know; the library chooses when it runs. The result is cached by a hash of its inputs.
 */
import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type Compiler, doesNotCompile, findCompiler } from "../addon.ts";
import { run } from "../command.ts";
import { explainFileError } from "../errors.ts";
import { locked, replace } from "../files.ts";
import { cacheFolder, type Environment, kernelsFile, ROOT } from "../paths.ts";
import { recordUse } from "../prune_cache.ts";
import { beginPhase, type Report } from "../report.ts";

/** Options of a build. */
export interface KernelBuildOptions {
  readonly cache: string;
  /** The folder of the sources. */
  readonly sources: string;
  /** The path of the library. */
  readonly library: string;
  readonly env: Environment;
  /** Further flags of the compiler, such as those of a sanitizer. */
  readonly flags: readonly string[];
  /** True for a library that other processors run too: AVX-512 is in it although this one lacks it. */
  readonly isPortable: boolean;
}

/** The kernels of this checkout. */
export interface Kernels {
  readonly path: string;
  /** True if the library was put in place now. */
  readonly changed: boolean;
}

/** The most room that a build takes. */
const ROOM = 16_000_000;

const FLAGS = [
  "-std=c++17",
  "-O3",
  "-ffp-contract=fast",
  "-fno-math-errno",
  "-fno-trapping-math",
  "-fPIC",
  "-fvisibility=hidden",
  "-pthread",
  "-w",
];

/** An object of the library: its source and its flags. */
interface Part {
  readonly name: string;
  readonly source: string;
  readonly flags: readonly string[];
}

/** Lists the objects for a kind of processor: kernels for each level, and the engine that chooses. */
function partsFor(arch: string, hasAvx512: boolean): readonly Part[] {
  const level = (name: string, vectorLength: number, flags: readonly string[]): Part => ({
    name: name.toLowerCase(),
    source: "level.cpp",
    flags: [`-DVL=${vectorLength}`, `-DKERNELS=kernels${name}`, ...flags],
  });
  const avx512 = ["f", "bw", "dq", "vl"].map((name) => `-mavx512${name}`);
  const isX86 = arch === "x86_64";
  return [
    // The slowest to compile goes first.
    ...(isX86 && hasAvx512 ? [level("Avx512", 16, ["-mavx2", "-mfma", ...avx512])] : []),
    ...(isX86 ? [level("Avx2", 8, ["-mavx2", "-mfma"])] : []),
    level("Plain", 4, []),
    { name: "engine", source: "engine.cpp", flags: isX86 && hasAvx512 ? ["-DHAS_AVX512"] : [] },
  ];
}

/** Lists the objects of a library. They depend on this processor, unless others run it too. */
async function partsOf({ isPortable }: KernelBuildOptions): Promise<readonly Part[]> {
  return partsFor(Deno.build.arch, isPortable || await mayKnowAvx512());
}

/** Checks whether this processor knows AVX-512. True where the system does not say. */
async function mayKnowAvx512(): Promise<boolean> {
  try {
    const { flags } = /^flags\s*:(?<flags>.*)$/m.exec(await Deno.readTextFile("/proc/cpuinfo"))
      ?.groups ?? {};
    return flags === undefined || /\bavx512f\b/.test(flags);
  } catch {
    return true;
  }
}

/**
 * Puts the library of the kernels where the engine looks for it, compiling it if the cache lacks it. Takes a few
 * milliseconds if nothing has changed.
 *
 * @throws {NativeError} with a remedy
 */
export async function setUpKernels(
  report: Report,
  options: KernelBuildOptions = defaultBuildOptions(),
): Promise<Kernels> {
  const { cache, library } = options;
  const key = await hashInputs(options);
  const name = `kernels-${key}.so`;
  const note = `${library}.key`;
  const [noted, portable] = [
    await readNote(note),
    await hashInputs({ ...options, isPortable: true }),
  ];
  // A container brings a portable library, and no compiler for another one.
  // A library that was cut off, by a copy of the checkout or a loss of power, ends the process that loads it.
  const isWhole = noted !== undefined && await sizeOf(library) === noted.size;
  if (isWhole && (noted.key === key || noted.key === portable)) {
    await recordUse(cache, [`kernels-${noted.key}.so`]);
    return { path: library, changed: false };
  }
  try {
    return await locked(
      cache,
      () => report.log("Waiting for another set-up to end"),
      async () => {
        const cached = join(cache, name);
        if (await sizeOf(cached) === 0) await compile(cached, report, options);
        await replace(library, (part) => Deno.copyFile(cached, part));
        const size = await sizeOf(library);
        await replace(note, (part) => Deno.writeTextFile(part, `${key} ${size}`));
        return { path: library, changed: true };
      },
    );
  } catch (error) {
    throw explainFileError(error, cache, ROOM);
  }
}

const WHAT = "the native engine";

async function compile(path: string, report: Report, options: KernelBuildOptions): Promise<void> {
  const { cache, sources, env, flags } = options;
  const compiler = await findCompiler(env, WHAT);
  const phase = beginPhase(report, `Compiling the native engine with ${compiler.name}`);
  const folder = await Deno.makeTempDir({ dir: cache, prefix: "kernels-", suffix: ".part" });
  try {
    const compiled = await Promise.allSettled(
      (await partsOf(options)).map(async (part) => {
        const object = join(folder, `${part.name}.o`);
        const source = join(sources, part.source);
        await call(
          compiler,
          [...FLAGS, ...flags, ...part.flags, "-c", source, "-o", object],
          cache,
        );
        return object;
      }),
    );
    // Only now: a compiler still at work would write into the folder that goes, and take memory from the next try.
    const objects = compiled.map((each) => {
      if (each.status === "rejected") throw each.reason;
      return each.value;
    });
    await replace(path, async (part) => {
      await call(compiler, ["-shared", "-pthread", ...flags, ...objects, "-o", part], cache);
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  phase.done("Compiled the native engine");
}

async function call(compiler: Compiler, args: readonly string[], cwd: string): Promise<void> {
  const outcome = await run(compiler.command, args, { cwd });
  if (outcome?.code !== 0) throw doesNotCompile(compiler, outcome, WHAT);
}

/** Hashes flags and sources. The compiler is left out: the library of any of them will do. */
async function hashInputs(options: KernelBuildOptions): Promise<string> {
  const { sources, flags } = options;
  const hash = createHash("sha256");
  hash.update(JSON.stringify([Deno.build.os, Deno.build.arch, FLAGS, flags]));
  hash.update(JSON.stringify(await partsOf(options)));
  const entries = await readdir(sources, { recursive: true });
  const names = entries.filter((name) => /\.(?:h|cpp)$/.test(name));
  for (const name of names.sort()) {
    hash.update(name);
    hash.update(await Deno.readFile(join(sources, name)));
  }
  return hash.digest("hex").slice(0, 20);
}

/** Reads what is noted of the library in place: the hash of its inputs, and its bytes. */
async function readNote(
  path: string,
): Promise<{ readonly key: string; readonly size: number } | undefined> {
  try {
    const [key = "", size] = (await Deno.readTextFile(path)).split(" ");
    return { key, size: Number(size) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Returns the bytes of a file; 0 if there is none. */
async function sizeOf(path: string): Promise<number> {
  try {
    return (await Deno.stat(path)).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

/** Returns the options for the library of this checkout. */
export function defaultBuildOptions(): KernelBuildOptions {
  return {
    cache: cacheFolder(),
    sources: join(ROOT, "native", "kernels"),
    library: kernelsFile(),
    env: Deno.env,
    flags: [],
    isPortable: false,
  };
}
