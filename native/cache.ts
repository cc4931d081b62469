/**
 * The cache that all checkouts of a user share. Its folders are complete or absent: each is created under a temporary
 * name with a list of its files, then renamed. Later, the sizes of the files show whether it is intact.
 */
import { join, relative } from "node:path";
import { statfs } from "node:fs/promises";
import { diskFull, explainFileError } from "./errors.ts";
import { filesUnder, replace } from "./files.ts";

/** Name of the file that lists a folder's files. */
export const CONTENTS = "contents.json";

interface Contents {
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
}

/**
 * Returns the folder `name` of the cache, creating it if it is missing or damaged.
 *
 * @param room maximum number of bytes that creating it needs on disk
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

/** Throws if a download would fail for lack of space. */
async function assertRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < bytes) throw diskFull(folder, bytes, bavail * bsize);
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
