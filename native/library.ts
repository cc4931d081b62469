/**
 * Downloads TensorFlow's libraries and headers, and NVIDIA's libraries for the CUDA build, to the cache. Each wheel has
 * a folder of its own, so that an interrupted download loses only itself.
 */
import { basename, join } from "node:path";
import { cachedFolder, isComplete } from "./cache.ts";
import { run } from "./command.ts";
import { NativeError, showBytes } from "./errors.ts";
import { partName } from "./files.ts";
import { fetchWheel, type Installer } from "./installer.ts";
import type { LibraryPin, Release, WheelPin } from "./releases.ts";
import { beginPhase, type Report } from "./report.ts";
import { extract, openWheelFile, type Wheel } from "./wheel.ts";

/** Source of wheels. */
export interface WheelSource {
  readonly cache: string;
  readonly report: Report;
  /** Finds the installer. Called for each download. */
  readonly findInstaller: () => Promise<Installer>;
  /** TensorFlow's wheel, already on disk. */
  readonly wheel?: string | undefined;
}

/** Headers that the addon includes, directly or not. */
const HEADERS: readonly string[] = [
  "tensorflow/c/c_api.h",
  "tensorflow/c/c_api_macros.h",
  "tensorflow/c/tf_attrtype.h",
  "tensorflow/c/tf_buffer.h",
  "tensorflow/c/tf_datatype.h",
  "tensorflow/c/tf_status.h",
  "tensorflow/c/tf_tensor.h",
  "tensorflow/c/tf_tstring.h",
  "tensorflow/c/eager/c_api.h",
  "tensorflow/core/platform/ctstring.h",
  "tensorflow/core/platform/ctstring_internal.h",
  "tsl/platform/ctstring.h",
  "tsl/platform/ctstring_internal.h",
  "xla/tsl/c/tsl_status.h",
];

/** Libraries of NVIDIA's wheels that TensorFlow needs. */
const NVIDIA_LIBRARY =
  /^nvidia\/\w+\/lib\/lib(?!nvblas|cufftw|cusolverMg)[^/]+(?<!\.alt)\.so[.\d]*$/;

/** Returns the folders of the cache that a release needs. */
export function foldersOf(release: Release): readonly string[] {
  return [release.name, ...release.cuda.map((pin) => cudaFolder(pin, release))];
}

function cudaFolder({ project, version }: WheelPin, { platform }: Release): string {
  return `${project}-${version}-${platform}`;
}

/** Returns true if TensorFlow's libraries are in the cache. */
export async function hasLibrary(release: Release, cache: string): Promise<boolean> {
  return await isComplete(join(cache, release.name));
}

/**
 * Returns the folder of TensorFlow's libraries (`lib/`) and headers (`include/`) in the cache, downloading them if they
 * are missing.
 *
 * @returns the folder
 * @throws {NativeError}
 */
export async function ensureLibrary(release: Release, source: WheelSource): Promise<string> {
  const { wheel: pin, libraries } = release;
  return await cachedFolder(
    source.cache,
    release.name,
    () => roomFor(pin, source),
    async (folder) => {
      await withWheel(pin, source, async (wheel, origin) => {
        const found = libraries.map((library) => ({
          library,
          entry: entryOf(wheel, `tensorflow/${library.file}`, origin),
        }));
        const total = found.reduce((sum, { entry }) => sum + entry.bytes, 0);
        const phase = beginPhase(source.report, `Unpacking ${showBytes(total)}`);
        let done = 0;
        for (const { library, entry } of found) {
          const path = join(folder, "lib", library.file);
          assertHash(
            await extract(entry, path, (count) => phase.update(done += count, total)),
            library,
            origin,
          );
        }
        for (const header of HEADERS) {
          const entry = entryOf(wheel, `tensorflow/include/${header}`, origin);
          await extract(entry, join(folder, "include", header));
        }
        phase.done(`Unpacked and checked ${showBytes(total)}`);
      });
      // macOS rejects libraries that were changed after signing.
      if (!release.platform.startsWith("macos")) {
        await stripAll(libraries.map(({ file }) => join(folder, "lib", file)), source.report);
      }
    },
  );
}

/**
 * Returns NVIDIA's libraries in the cache, downloading them if they are missing.
 *
 * @returns the paths of all libraries
 * @throws {NativeError}
 */
export async function ensureCuda(release: Release, source: WheelSource): Promise<string[]> {
  const { cache } = source;
  // `source.wheel` is TensorFlow's.
  const index = { ...source, wheel: undefined };
  const paths: string[] = [];
  for (const pin of release.cuda) {
    const name = cudaFolder(pin, release);
    const folder = await cachedFolder(cache, name, () => roomFor(pin, index), async (part) => {
      await withWheel(pin, index, async (wheel) => {
        for (const [member, entry] of wheel.entries) {
          if (NVIDIA_LIBRARY.test(member)) await extract(entry, join(part, basename(member)));
        }
      });
    });
    for await (const { name, isFile } of Deno.readDir(folder)) {
      if (isFile && name.includes(".so")) paths.push(join(folder, name));
    }
  }
  return paths.sort();
}

/** Downloads a wheel, or opens a given one, and removes all temporary files. */
async function withWheel(
  pin: WheelPin,
  { cache, report, findInstaller, wheel: path }: WheelSource,
  use: (wheel: Wheel, origin: string | undefined) => Promise<void>,
): Promise<void> {
  if (path !== undefined) {
    const wheel = await openWheelFile(path);
    try {
      return await use(wheel, path);
    } finally {
      await wheel.close();
    }
  }
  const installer = await findInstaller();
  const folder = partName(join(cache, "download"));
  try {
    const wheel = await fetchTwice(installer, pin, folder, report);
    try {
      await use(wheel, undefined);
    } finally {
      await wheel.close();
    }
  } finally {
    await Deno.remove(folder, { recursive: true }).catch(() => {});
  }
}

/** Retries a damaged download once: a second failure means that the file differs from the pinned one. */
async function fetchTwice(
  installer: Installer,
  pin: WheelPin,
  folder: string,
  report: Report,
): Promise<Wheel> {
  const what = `${pin.project} ${pin.version} (${showBytes(pin.bytes)})`;
  const attempt = async () => {
    await Deno.mkdir(folder);
    const phase = beginPhase(report, `Downloading ${what} with ${installer.name}`);
    const onBytes = report.progress && ((count: number) => phase.update(count, pin.bytes));
    const wheel = await fetchWheel(installer, pin, { folder, onBytes });
    phase.done(`Downloaded ${what}`);
    return wheel;
  };
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof NativeError && error.problem === "wrong-hash")) throw error;
    report.log(`${pin.project} arrived damaged; fetching it again`);
    await Deno.remove(folder, { recursive: true });
    return await attempt();
  }
}

function entryOf(wheel: Wheel, member: string, origin: string | undefined) {
  const entry = wheel.entries.get(member);
  if (entry) return entry;
  throw wrongWheel(origin, `it must hold ${member}, got a wheel without it`);
}

function assertHash(sha256: string, library: LibraryPin, origin: string | undefined): void {
  if (sha256 === library.sha256) return;
  throw wrongWheel(
    origin,
    `the sha256 of ${library.file} must be ${library.sha256}, got ${sha256}`,
  );
}

function wrongWheel(origin: string | undefined, why: string): NativeError {
  const advice = origin === undefined
    ? "The index gives out another file: ask who runs it."
    : "Set EPOCHQL_TENSORFLOW_WHEEL to the wheel of the build and platform that are being set up, or unset it.";
  return new NativeError(
    "wrong-wheel",
    `Cannot use ${origin ?? "the wheel that was downloaded"}: ${why}. ${advice}`,
  );
}

/** Strips unneeded symbols, a quarter of the bytes. Without the program `strip`, they remain. */
async function stripAll(paths: readonly string[], report: Report): Promise<void> {
  if (await run(["strip"], ["--version"]) === undefined) return;
  const before = await sizeOf(paths);
  const phase = beginPhase(report, `Stripping ${showBytes(before)}`);
  for (const path of paths) {
    const part = partName(path);
    const outcome = await run(["strip"], ["--strip-unneeded", "-o", part, path]);
    // If that fails, the library remains as it was.
    if (outcome?.code === 0) await Deno.rename(part, path);
    else await Deno.remove(part).catch(() => {});
  }
  phase.done(`Stripped to ${showBytes(await sizeOf(paths))}`);
}

async function sizeOf(paths: readonly string[]): Promise<number> {
  let bytes = 0;
  for (const path of paths) bytes += (await Deno.stat(path)).size;
  return bytes;
}

/** Returns the disk space for a wheel and its extracted files. uv unpacks the whole wheel instead of storing it. */
async function roomFor(
  { bytes, unpackedBytes }: WheelPin,
  { wheel, findInstaller }: WheelSource,
): Promise<number> {
  if (wheel !== undefined) return unpackedBytes;
  return (await findInstaller()).kind === "uv" ? 2.5 * unpackedBytes : bytes + unpackedBytes;
}
