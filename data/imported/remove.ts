/** Removes imported datasets from this machine. */
import { join } from "node:path";
import { keepManifest } from "./deleted.ts";
import type { DatasetManifest } from "./manifest.ts";
import { importedFolder, MANIFEST_FILE } from "./place.ts";
import { readImported } from "./read.ts";
import { ignoreNotFound } from "../../lib/not_found.ts";

/** Removes a dataset, unless another one of its name has taken its place; its description is kept. */
export async function removeImported(manifest: DatasetManifest, dataFolder: string): Promise<void> {
  await keepManifest(manifest, dataFolder);
  const { name, version, createdAt } = manifest;
  const current = await readImported(name, dataFolder);
  if (current?.version !== version || current.createdAt !== createdAt) return;
  const folder = join(importedFolder(dataFolder), name);
  // Another process may be removing it too. Without its manifest it is no dataset: nobody sees one with half of its
  // files.
  await Deno.remove(join(folder, MANIFEST_FILE)).catch(ignoreNotFound);
  await Deno.remove(folder, { recursive: true }).catch(ignoreNotFound);
}
