/** Minimum permissions of an importer, as flags of Deno: it loads a decoder, and has no network and no store. */
import { fileURLToPath } from "node:url";

/** The program by which the decoder's library finds out which C library the machine has; it is read, not run. */
const LDD = "/usr/bin/ldd";

/**
 * Returns the flags of an importer. It reads its source and writes into its own folder, and into that of the datasets.
 *
 * @param source the path of the file or folder to import
 */
export function importerPermissions(source: string, folders: readonly string[]): readonly string[] {
  const modules = fileURLToPath(new URL("../node_modules", import.meta.url));
  return [
    `--allow-read=${[modules, LDD, source, ...folders].map(inList).join(",")}`,
    `--allow-write=${folders.map(inList).join(",")}`,
    `--allow-ffi=${inList(modules)}`,
    // The process that starts it passes on no variable but PATH and the like.
    "--allow-env",
  ];
}

/** Returns a path for a flag whose values are separated by commas. */
function inList(path: string): string {
  // Deno reads two commas as one that belongs to the path.
  return path.replaceAll(",", ",,");
}
