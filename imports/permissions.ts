/**
 * Minimum permissions of importers and decoders, as flags of Deno: they load native code, and have no network and no
 * store.
 */
import { fileURLToPath } from "node:url";

/** The program by which the decoder's library finds out which C library the machine has; it is read, not run. */
const LDD = "/usr/bin/ldd";

const MODULES = fileURLToPath(new URL("../node_modules", import.meta.url));

/** The code of the decoding thread: Deno reads the modules of a thread when it is started, as any other file. */
const THREAD = ["./decoding", "../data/images", "../lib"].map((folder) =>
  fileURLToPath(new URL(folder, import.meta.url))
);

const NATIVE: readonly string[] = [
  `--allow-ffi=${inList(MODULES)}`,
  // The process that starts it passes on no variable but PATH and the like.
  "--allow-env",
];

/**
 * Returns the flags of an importer. It reads its source and writes into its own folder, and into that of the datasets.
 *
 * @param source the path of the file or folder to import
 */
export function importerPermissions(source: string, folders: readonly string[]): readonly string[] {
  return [
    `--allow-read=${[MODULES, LDD, ...THREAD, source, ...folders].map(inList).join(",")}`,
    `--allow-write=${folders.map(inList).join(",")}`,
    ...NATIVE,
  ];
}

/** Returns the flags of a decoder, which reads nothing but its own code. */
export function decoderPermissions(): readonly string[] {
  return [`--allow-read=${[MODULES, LDD].map(inList).join(",")}`, ...NATIVE];
}

/** Returns a path for a flag whose values are separated by commas. */
function inList(path: string): string {
  // Deno reads two commas as one that belongs to the path.
  return path.replaceAll(",", ",,");
}
