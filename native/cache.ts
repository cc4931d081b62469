/**
 * The cache that every checkout of a user shares: folders that are complete or not there. A folder is made under a temporary name,
 * gets a list of its files, and is renamed. Later one look at the sizes tells whether it is still whole.
 */
import { join, relative } from "node:path";
import { statfs } from "node:fs/promises";
import { diskFull, explainFileError } from "./errors.ts";
import { filesUnder, replace } from "./files.ts";

/** The list of a folder's files, in the folder. */
export const CONTENTS = "contents.json";

interface Contents {
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
}

/**
 * The folder `name` of the cache; made, if it is missing or damaged.
 *
 * @param room the most bytes that making it needs on disk
 * @param make fills an empty folder
 * @throws {NativeError} if the disk has no room, or may not be written
 */
export async function cachedFolder(
  cache: string,
  name: string,
  room: () => Promise<number>,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(cache, name);
  if (await isComplete(folder)) return folder;
  const bytes = await room();
  try {
    await Deno.remove(folder, { recursive: true }).catch(ignoreMissing);
    await assertRoom(cache, bytes);
    await replace(folder, async (part) => {
      await Deno.mkdir(part);
      await make(part);
      const files = await Array.fromAsync(filesUnder(part));
      const contents: Contents = {
        files: files.map(({ path, bytes }) => ({ path: relative(part, path), bytes })),
      };
      await Deno.writeTextFile(join(part, CONTENTS), JSON.stringify(contents, null, 2) + "\n");
    });
  } catch (error) {
    throw explainFileError(error, cache, bytes);
  }
  return folder;
}

/** Returns true if a folder of the cache exists with all its files. Takes a millisecond. */
export async function isComplete(folder: string): Promise<boolean> {
  try {
    const { files } = JSON.parse(await Deno.readTextFile(join(folder, CONTENTS))) as Contents;
    const sizes = files.map(async ({ path, bytes }) =>
      (await Deno.stat(join(folder, path))).size === bytes
    );
    return (await Promise.all(sizes)).every((same) => same);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return false;
    throw error;
  }
}

/** Fails at once where a download would fail in the end. */
async function assertRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < bytes) throw diskFull(folder, bytes, bavail * bsize);
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
