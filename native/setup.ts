/**
 * Sets up TensorFlow: downloads its library, builds the addon of @tensorflow/tfjs-node-gpu against it, links both and
 * verifies that they work. The npm package's own install script must never run: it installs a TensorFlow of 2022.
 *
 * It runs before every start and takes a few milliseconds if nothing has changed.
 */
import { basename, join } from "node:path";
import { ensureAddon, findCompiler } from "./addon.ts";
import { explainFileError, showBytes } from "./errors.ts";
import { ifUnlocked, locked, removeParts } from "./files.ts";
import { findInstaller } from "./installer.ts";
import { ensureCuda, ensureLibrary, foldersOf, hasLibrary } from "./library.ts";
import { linkParts, type Parts, placedFiles } from "./link.ts";
import { tensorflowPermissions } from "./permissions.ts";
import { type Environment, type Paths, resolvePaths } from "./paths.ts";
import { type Build, platformOf } from "./platform.ts";
import type { ProbeResult } from "./probe.ts";
import { verifyTensorFlow } from "./verify.ts";
import { type Release, releaseFor } from "./releases.ts";
import { beginPhase, type Report } from "./report.ts";
import { pruneCache, recordUse, UNUSED_DAYS } from "./prune_cache.ts";
import { isCurrent, readStamp, removeStamp, type SetupStamp, writeStamp } from "./setup_stamp.ts";

/** Options of a set-up. */
export interface NativeSetupOptions extends Report {
  /** True for the CUDA build, false for the CPU build. Default: the current build, initially that for the CPU. */
  readonly gpu?: boolean | undefined;
  /** Path of a wheel of TensorFlow to use instead of a download. */
  readonly wheel?: string | undefined;
}

/** A verified TensorFlow. */
export interface NativeSetup {
  readonly build: Build;
  /** Version that the library reports. */
  readonly version: string;
  /** True if it found a GPU when it was verified. */
  readonly gpu: boolean;
  /** True if anything was changed. */
  readonly changed: boolean;
}

/** Dependencies of a set-up, which tests replace. */
export interface SetupDependencies {
  readonly paths: Paths;
  readonly releaseFor: (build: Build) => Release;
  readonly verify: () => Promise<ProbeResult>;
  readonly env: Environment;
}

/**
 * Sets up TensorFlow if necessary. Concurrent calls, in one checkout or in several, wait for each other.
 *
 * @throws {NativeError} with a remedy
 */
export async function setUpNative(
  options: NativeSetupOptions,
  dependencies: SetupDependencies = defaultDependencies(),
): Promise<NativeSetup> {
  const { paths } = dependencies;
  const build = options.gpu === undefined
    ? (await readStamp(paths.package))?.build ?? "cpu"
    : options.gpu
    ? "cuda"
    : "cpu";
  const release = dependencies.releaseFor(build);
  const done = await currentStamp(paths, release);
  if (done) {
    const isDue = await recordUse(paths.cache, foldersOf(release));
    if (isDue) await ifUnlocked(paths.cache, () => pruneUnused(paths.cache, options));
    return { ...summary(done), changed: false };
  }
  try {
    return await locked(
      paths.cache,
      () => options.log("Waiting for another set-up to end"),
      async () => {
        // A concurrent set-up may have done everything.
        const current = await currentStamp(paths, release);
        // Before anything is fetched, which takes minutes.
        if (!current) await mustBeWritable(paths.package);
        const stamp = current ?? await setUp(release, options, dependencies);
        return { ...summary(stamp), changed: true };
      },
    );
  } catch (error) {
    throw explainFileError(error, paths.cache, release.wheel.unpackedBytes);
  }
}

/** Writes a file in a folder of the checkout, if there is one. */
async function mustBeWritable(folder: string): Promise<void> {
  const probe = join(folder, `.epochql-${crypto.randomUUID()}`);
  try {
    await Deno.writeTextFile(probe, "");
    await Deno.remove(probe);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Returns the current set-up by its stamp; undefined if there is none or it is out of date. */
export async function findNative(paths: Paths = resolvePaths()): Promise<SetupStamp | undefined> {
  const stamp = await readStamp(paths.package);
  return stamp && await isCurrent(paths.package, stamp) ? stamp : undefined;
}

/** The stamp, if it is for this release and holds. */
async function currentStamp(paths: Paths, release: Release): Promise<SetupStamp | undefined> {
  const stamp = await readStamp(paths.package);
  return stamp?.key === keyOf(release) && await isCurrent(paths.package, stamp) ? stamp : undefined;
}

async function setUp(
  release: Release,
  options: NativeSetupOptions,
  { paths, verify, env }: SetupDependencies,
): Promise<SetupStamp> {
  const { cache } = paths;
  const report: Report = options;
  await removeParts(cache);
  const compiler = once(() => findCompiler(env));
  if (!await hasLibrary(release, cache)) {
    // A missing compiler is reported before a long download.
    await compiler();
    const name = release.build === "cuda" ? "CUDA build" : "CPU build";
    report.log(`TensorFlow ${release.wheel.version} (${name}) goes to ${cache}`);
  }
  const source = {
    cache,
    report,
    findInstaller: once(findInstaller),
    wheel: options.wheel,
  };
  const library = await ensureLibrary(release, source);
  const cuda = await ensureCuda(release, source);
  const addon = await ensureAddon({ release, paths, library, report, findCompiler: compiler });
  const parts: Parts = {
    addon,
    libraries: release.libraries.map(({ file }) => join(library, "lib", file)),
    cuda,
  };
  await recordUse(cache, [...foldersOf(release), basename(addon)]);
  await pruneUnused(cache, report);
  await removeStamp(paths.package);
  await linkParts(paths.package, parts);
  const phase = beginPhase(report, "Checking TensorFlow");
  const { version, gpu } = await verify();
  phase.done(`TensorFlow ${version} computes on the ${gpu ? "GPU" : "CPU"}: checked`);
  return await writeStamp(
    paths.package,
    { key: keyOf(release), build: release.build, version, gpu },
    placedFiles(paths.package, parts),
  );
}

/** Prunes the cache. */
async function pruneUnused(cache: string, { log }: Report): Promise<void> {
  for (const name of await pruneCache(cache)) {
    log(`Removed ${name} from ${cache}: it was not used for ${UNUSED_DAYS} days`);
  }
}

function defaultDependencies(): SetupDependencies {
  // Throws where the checkout lies at a path that no permission can name; better now than after a download.
  tensorflowPermissions();
  return {
    paths: resolvePaths(),
    releaseFor: (build) => releaseFor(build, platformOf()),
    verify: verifyTensorFlow,
    env: Deno.env,
  };
}

/** Raise it when the same release is to be linked, compiled or verified in another way. */
const LINK_VERSION = 1;

/** Returns the key of a set-up. Another version of Deno loads the addon itself, so it is verified again. */
function keyOf({ name, wheel, cuda }: Release): string {
  const hashes = [wheel, ...cuda].map(({ sha256 }) => sha256.slice(0, 12));
  return `recipe ${LINK_VERSION}, deno ${Deno.version.deno}, ${name}, ${hashes.join(" ")}`;
}

function summary({ build, version, gpu }: SetupStamp): Omit<NativeSetup, "changed"> {
  return { build, version, gpu };
}

/** Asks at most once. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => answer ??= ask();
}

/** Returns the total download size of the CUDA build: '2.9 GB'. */
export function cudaDownload(): string {
  const { wheel, cuda } = releaseFor("cuda", "linux-x86_64");
  return showBytes([wheel, ...cuda].reduce((sum, { bytes }) => sum + bytes, 0));
}
