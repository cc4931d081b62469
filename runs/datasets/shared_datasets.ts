/**
 * Imported datasets beside the checkpoints, so that every machine can train on them: their files, named by the version,
 * and an index (shared_index.ts). Digests are verified when files are fetched.
 */
import { join } from "node:path";
import type { DatasetManifest } from "../../data/imported/manifest.ts";
import { importedFolder, MANIFEST_FILE, partFile } from "../../data/imported/place.ts";
import { listImported, readImported } from "../../data/imported/read.ts";
import { removeImported } from "../../data/imported/remove.ts";
import { isVersion, parseReference } from "../../data/reference.ts";
import { syncFolder, writeAtomically } from "../../lib/atomic_file.ts";
import { delay } from "../../lib/delay.ts";
import { retry } from "../../lib/retry.ts";
import { CheckpointError } from "../../ml/checkpoint/error.ts";
import type { CheckpointStore } from "../checkpoints/store.ts";
import { SHARE_INTERVAL_MS } from "../timeouts.ts";
import {
  idOf,
  inFetchFolder,
  openSharedIndex,
  placeOf,
  type SharedListing,
} from "./shared_index.ts";

const SPLITS = ["train", "test"] as const;

/** Options of shareDatasets(). */
export interface ShareOptions {
  readonly dataFolder: string;
  readonly checkpoints: () => Promise<CheckpointStore>;
  /** Receives a problem once, and null when it has passed. */
  readonly onProblem: (problem: string | null) => void;
  /** Receives the name of a dataset that is shared although another machine has imported one of that name before. */
  readonly onConflict: (name: string) => void;
  /** Interval between two looks at the folder and the index, in milliseconds. */
  readonly intervalMs?: number;
}

/** Shares a machine's imported datasets, new ones too, and removes those that were deleted at any machine. */
export function shareDatasets(
  { dataFolder, checkpoints, onProblem, onConflict, intervalMs = SHARE_INTERVAL_MS }: ShareOptions,
): { close(): Promise<void> } {
  const closing = new AbortController();
  const { signal } = closing;
  const index = openSharedIndex({ dataFolder, checkpoints });
  const content = new Set<string>();
  let isUsed = false;

  async function share(): Promise<void> {
    signal.throwIfAborted();
    // A client for object storage loads slowly: most machines have none.
    isUsed ||= (await listImported(dataFolder)).length > 0;
    if (!isUsed) return;
    const listing = await index.list();
    for (const id of listing.leftovers) await index.removeLeftover(id);
    await removeDeleted(dataFolder, listing);
    for (const manifest of await listImported(dataFolder)) {
      if (signal.aborted) return;
      if (!content.has(manifest.version)) {
        await putContent(manifest, dataFolder, await checkpoints(), signal);
        content.add(manifest.version);
      }
      const { name } = manifest;
      if (listing.byName.get(name)?.includes(idOf(manifest))) continue;
      const first = await index.find(listing, name);
      if (first?.version === manifest.version) await adopt(first, dataFolder);
      else {
        await index.add(manifest, signal);
        if (first) onConflict(name);
      }
    }
  }

  const sharing = (async () => {
    while (!signal.aborted) {
      await retry(share, { signal, pauseMs: intervalMs, onProblem }).catch((error) => {
        if (!signal.aborted) throw error;
      });
      await delay(intervalMs, signal);
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
async function putContent(
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
  // It says that the others are complete.
  await checkpoints.put(place, MANIFEST_FILE, join(folder, MANIFEST_FILE), { signal });
}

/** Takes a dataset for that of another machine that has imported the same content: both are deleted together. */
async function adopt(manifest: DatasetManifest, dataFolder: string): Promise<void> {
  await writeManifest(join(importedFolder(dataFolder), manifest.name), manifest);
}

async function writeManifest(folder: string, manifest: DatasetManifest): Promise<void> {
  const text = JSON.stringify(manifest, null, 2) + "\n";
  await writeAtomically(join(folder, MANIFEST_FILE), [new TextEncoder().encode(text)]);
}

/** Removes this machine's copies of datasets that were deleted. */
async function removeDeleted(dataFolder: string, { deleted }: SharedListing): Promise<void> {
  for (const manifest of await listImported(dataFolder)) {
    if (deleted.has(idOf(manifest))) await removeImported(manifest, dataFolder);
  }
}

/**
 * Fetches a dataset that is not on this machine, once for all runs that use it. Copies of datasets that were deleted
 * make room for it.
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
  if ((await readImported(name, dataFolder))?.version === version) return;
  const index = openSharedIndex({ dataFolder, checkpoints: () => Promise.resolve(checkpoints) });
  const listing = await index.list();
  await removeDeleted(dataFolder, listing);
  // What is there now is another one of its name, which stays.
  if (await readImported(reference, dataFolder)) return;
  const manifest = await index.find(listing, name, version);
  if (!manifest) throw notShared(reference, checkpoints);
  const parent = importedFolder(dataFolder);
  await inFetchFolder(dataFolder, async (folder) => {
    for (const split of SPLITS) {
      const { sha256 } = manifest.content[split];
      await checkpoints.fetch(placeOf(version), partFile(split), folder, { sha256, signal });
    }
    await writeManifest(folder, manifest);
    await Deno.rename(folder, join(parent, name)).catch(async (error) => {
      // Another worker of this machine may have been faster.
      if (!await readImported(reference, dataFolder)) throw error;
    });
    await syncFolder(parent);
  });
}

function notShared(reference: string, { location }: CheckpointStore): CheckpointError {
  return new CheckpointError(
    "missing",
    `There is no dataset '${reference}' beside the checkpoints in ${location}: it was deleted, or its machine has not ` +
      "shared it yet.",
  );
}
