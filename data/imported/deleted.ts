/**
 * Manifests of deleted datasets, in 'imported/.deleted/<version>.json': runs that were trained on them keep the names
 * of their classes.
 */
import { join } from "node:path";
import { writeAtomically } from "../../lib/atomic_file.ts";
import { ignoreNotFound } from "../../lib/not_found.ts";
import { parseReference } from "../reference.ts";
import { type DatasetManifest, parseManifest } from "./manifest.ts";
import { importedFolder } from "./place.ts";

/** No dataset can have this name. */
const FOLDER = ".deleted";

/**
 * Keeps the manifest of a dataset that is to be deleted, without what was left out of it. On a full disk there is none:
 * to delete makes room.
 */
export async function keepManifest(manifest: DatasetManifest, dataFolder: string): Promise<void> {
  const kept: DatasetManifest = { ...manifest, problems: [] };
  try {
    await Deno.mkdir(join(importedFolder(dataFolder), FOLDER), { recursive: true });
    await writeAtomically(placeOf(manifest.version, dataFolder), [
      new TextEncoder().encode(JSON.stringify(kept)),
    ]);
  } catch {
    // Labels without names do less harm than a dataset that cannot be deleted.
  }
}

/**
 * Reads the manifest of a version that was deleted on this machine.
 *
 * @param reference name@version
 * @returns undefined if there is none
 */
export async function readDeleted(
  reference: string,
  dataFolder: string,
): Promise<DatasetManifest | undefined> {
  const { name, version } = parseReference(reference);
  if (version === undefined || !/^[0-9a-f]{64}$/.test(version)) return undefined;
  const text = await Deno.readTextFile(placeOf(version, dataFolder)).catch(ignoreNotFound);
  const manifest = text === undefined ? undefined : parseManifest(text);
  // Another dataset of the same content has the same classes.
  return manifest && { ...manifest, name };
}

function placeOf(version: string, dataFolder: string): string {
  return join(importedFolder(dataFolder), FOLDER, `${version}.json`);
}
