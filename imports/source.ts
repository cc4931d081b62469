/** Sources of imports on the server's machine: files and folders in one folder, which the configuration names. */
import { basename, isAbsolute, relative, resolve, sep } from "node:path";
import { ImportSourceError } from "./error.ts";

/** A file or folder on this machine, and the name under which the user knows it. */
export interface ImportSource {
  readonly path: string;
  readonly name: string;
  /** The upload that it is; it is removed once it has been imported. */
  readonly upload?: string | undefined;
}

/**
 * Finds the source that a path names. Links are followed, and must not lead out of the folder.
 *
 * @param folder the folder of sources; undefined if there is none
 * @throws {ImportSourceError} whose message completes 'Cannot import: source.path must be …'
 */
export async function findSource(folder: string | undefined, path: string): Promise<ImportSource> {
  const shown = `'${path.slice(0, 80)}'`;
  if (folder === undefined) {
    throw new ImportSourceError(
      `left out where EPOCHQL_IMPORTS names no folder, got ${shown}. Upload the file instead.`,
    );
  }
  const outside = new ImportSourceError(
    `in the folder that EPOCHQL_IMPORTS names, got ${shown}, which leads out of it.`,
  );
  const named = resolve(folder, path);
  if (!isInside(resolve(folder), named)) throw outside;
  const [root, found] = await Promise.all([folder, named].map(realPath));
  if (root === undefined || found === undefined) {
    throw new ImportSourceError(
      `a file or a folder in that of EPOCHQL_IMPORTS, got ${shown}, which is not there.`,
    );
  }
  if (!isInside(root, found)) throw outside;
  return { path: found, name: basename(named) };
}

async function realPath(path: string): Promise<string | undefined> {
  if (path.includes("\0")) return undefined;
  return await Deno.realPath(path).catch(() => undefined);
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return !isAbsolute(way) && way !== ".." && !way.startsWith(`..${sep}`);
}
