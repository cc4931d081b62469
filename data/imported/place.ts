/**
 * The folders of imported datasets, below the folder of all datasets: 'imported/<name>' holds a complete dataset,
 * 'imports/<name>' an import that has not ended well yet.
 */
import { join } from "node:path";
import type { Split } from "../dataset.ts";

/** Returns the folder of imported datasets. */
export function importedFolder(dataFolder: string): string {
  return join(dataFolder, "imported");
}

/** Returns the folder of imports. */
export function importsFolder(dataFolder: string): string {
  return join(dataFolder, "imports");
}

/** The name of a dataset's manifest, which is written last. */
export const MANIFEST_FILE = "manifest.json";

/** Returns the name of the file of a part. */
export function partFile(split: Split): string {
  return `${split}.safetensors`;
}
