/**
 * Imported datasets beside the checkpoints, so that a worker on another machine can train on them. A dataset's files are
 * named by its version, the manifest comes last, and digests are verified when they are fetched.
 */
import { join } from "node:path";
import { type DatasetManifest, parseManifest } from "../../data/imported/manifest.ts";
import { importedFolder, MANIFEST_FILE, partFile } from "../../data/imported/place.ts";
import { listImported, readImported } from "../../data/imported/read.ts";
import { isVersion, parseReference } from "../../data/reference.ts";
import { syncFolder, writeAtomically } from "../../lib/atomic_file.ts";
import { delay } from "../../lib/delay.ts";
import { retry } from "../../lib/retry.ts";
import { CheckpointError } from "../../ml/checkpoint/error.ts";
import type { CheckpointStore } from "../checkpoints/store.ts";
import { SHARE_INTERVAL_MS } from "../timeouts.ts";

const SPLITS = ["train", "test"] as const;

/** Options of shareDatasets(). */
export interface ShareOptions {
  readonly dataFolder: string;
  readonly checkpoints: () => Promise<CheckpointStore>;
  /** Receives a problem once, and null when it has passed. */
  readonly onProblem: (problem: string | null) => void;
}

/** Shares a machine's imported datasets, new ones too, and withdraws those that are deleted. */
export function shareDatasets(
  { dataFolder, checkpoints, onProblem }: ShareOptions,
): { close(): Promise<void> } {
  const closing = new AbortController();
  const { signal } = closing;
  const shared = new Set<string>();

  async function share(): Promise<void> {
    signal.throwIfAborted();
    const manifests = await listImported(dataFolder);
    for (const manifest of manifests) {
      if (signal.aborted || shared.has(manifest.version)) continue;
      await putDataset(manifest, dataFolder, await checkpoints(), signal);
      shared.add(manifest.version);
    }
    const versions = new Set(manifests.map(({ version }) => version));
    for (const version of [...shared].filter((version) => !versions.has(version))) {
      await (await checkpoints()).removeAll(placeOf(version));
      shared.delete(version);
    }
  }

  const sharing = (async () => {
    while (!signal.aborted) {
      await retry(share, { signal, pauseMs: SHARE_INTERVAL_MS, onProblem }).catch((error) => {
        if (!signal.aborted) throw error;
      });
      await delay(SHARE_INTERVAL_MS, signal);
    }
  })();
  return {
    async close() {
      closing.abort();
      await sharing;
    },
  };
}

/** Stores the files of a dataset, unless they are there. */
async function putDataset(
  { name, version, content }: DatasetManifest,
  dataFolder: string,
  checkpoints: CheckpointStore,
  signal: AbortSignal,
): Promise<void> {
  const place = placeOf(version);
  const stored = await checkpoints.list(place);
  if (stored.some((file) => file.name === MANIFEST_FILE)) return;
  const folder = join(importedFolder(dataFolder), name);
  for (const split of SPLITS) {
    const { sha256 } = content[split];
    await checkpoints.put(place, partFile(split), join(folder, partFile(split)), {
      sha256,
      signal,
    });
  }
  await checkpoints.put(place, MANIFEST_FILE, join(folder, MANIFEST_FILE), { signal });
}

/**
 * Fetches a dataset that is not on this machine, once for all runs that use it.
 *
 * @param reference as specs name datasets; nothing happens for those that are built in or on this machine
 * @throws {CheckpointError} 'missing' if nobody has shared it, 'damaged' if its files are not those of its version
 * @throws {DatasetError} if this machine has another dataset of its name
 * @throws the signal's reason
 */
export async function fetchDataset(
  reference: string,
  dataFolder: string,
  checkpoints: CheckpointStore,
  signal: AbortSignal,
): Promise<void> {
  const { name, version } = parseReference(reference);
  if (version === undefined || !isVersion(reference)) return;
  if (await readImported(reference, dataFolder)) return;
  const parent = importedFolder(dataFolder);
  const folder = await makeFetchFolder(dataFolder);
  try {
    const place = placeOf(version);
    const { path, manifest } = await fetchManifest({ name, version }, checkpoints, folder, signal);
    for (const split of SPLITS) {
      const { sha256 } = manifest.content[split];
      await checkpoints.fetch(place, partFile(split), folder, { sha256, signal });
    }
    // Equal datasets may have several names.
    const named = JSON.stringify({ ...manifest, name }, null, 2) + "\n";
    await writeAtomically(path, [new TextEncoder().encode(named)]);
    await Deno.rename(folder, join(parent, name)).catch(async (error) => {
      // Another worker of this machine may have been faster.
      if (!await readImported(reference, dataFolder)) throw error;
    });
    await syncFolder(parent);
  } finally {
    await Deno.remove(folder, { recursive: true }).catch(() => {});
  }
}

/**
 * Reads the manifest of a shared dataset.
 *
 * @param reference name@version
 * @returns undefined for another name
 * @throws {CheckpointError} as fetchDataset()
 */
export async function readSharedManifest(
  reference: string,
  dataFolder: string,
  checkpoints: CheckpointStore,
): Promise<DatasetManifest | undefined> {
  const { name, version } = parseReference(reference);
  if (version === undefined || !isVersion(reference)) return undefined;
  const folder = await makeFetchFolder(dataFolder);
  try {
    const { signal } = new AbortController();
    const { manifest } = await fetchManifest({ name, version }, checkpoints, folder, signal);
    // Equal datasets may have several names.
    return { ...manifest, name };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Makes a folder beside the datasets. Their names do not begin with a dot: nobody takes it for one. */
async function makeFetchFolder(dataFolder: string): Promise<string> {
  const parent = importedFolder(dataFolder);
  await Deno.mkdir(parent, { recursive: true });
  return await Deno.makeTempDir({ dir: parent, prefix: ".fetched-" });
}

/** Fetches the manifest of a version to a folder. */
async function fetchManifest(
  { name, version }: { readonly name: string; readonly version: string },
  checkpoints: CheckpointStore,
  folder: string,
  signal: AbortSignal,
): Promise<{ readonly path: string; readonly manifest: DatasetManifest }> {
  const path = await checkpoints.fetch(placeOf(version), MANIFEST_FILE, folder, { signal });
  const manifest = parseManifest(await Deno.readTextFile(path));
  if (manifest?.version === version) return { path, manifest };
  throw new CheckpointError(
    "damaged",
    `Cannot use dataset '${name}' of ${checkpoints.location}: its manifest must be that of version ${version}.`,
  );
}

/** Returns the name by which a store keeps a version; runs have other ids. */
function placeOf(version: string): string {
  return `dataset-${version}`;
}
