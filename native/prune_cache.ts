/**
 * Removes from the cache what no checkout has used for a month: TensorFlow's folders and addons of other versions. The
 * checkouts that share a cache may be of several versions, and nothing knows where they are; so the time of its last
 * use decides. Each set-up notes it, also one that finds everything in place, and so do trainings where the file system
 * keeps the times of reading. What was removed too early comes back with the next set-up.
 */
import { join } from "node:path";
import { CONTENTS } from "./cache.ts";
import { filesUnder, partName } from "./files.ts";

const DAY_MS = 86_400_000;

/** Days without use after which an entry goes. */
export const UNUSED_DAYS = 30;

const ADDON = /^addon-[0-9a-f]{20}\.node$/;

/**
 * Notes that entries of the cache are in use. A cache that cannot be written keeps what it has.
 *
 * @param names folders or addons
 * @returns whether that was noted for the last time more than a day ago: then it is time for removeUnused()
 */
export async function recordUse(cache: string, names: readonly string[]): Promise<boolean> {
  const now = Date.now();
  let isDue = false;
  for (const name of names) {
    const note = noteOf(cache, name);
    try {
      if (now - ((await Deno.stat(note)).mtime?.getTime() ?? 0) < DAY_MS) continue;
      await Deno.utime(note, new Date(now), new Date(now));
      isDue = true;
    } catch {
      // The next set-up that has to do with it says what is wrong.
    }
  }
  return isDue;
}

/**
 * Removes what was not used for long. Only for who has the lock of the cache. What cannot be removed stays.
 *
 * @returns the names of what was removed
 */
export async function pruneCache(cache: string): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const { name } of await Array.fromAsync(Deno.readDir(cache))) {
    try {
      if (!await isEntry(cache, name)) continue;
      if (Date.now() - await lastUse(join(cache, name)) < UNUSED_DAYS * DAY_MS) continue;
      // Gone at once for whoever looks for it, however long it takes.
      const part = partName(join(cache, name));
      await Deno.rename(join(cache, name), part);
      await Deno.remove(part, { recursive: true });
      removed.push(name);
    } catch {
      // The next one may be able to.
    }
  }
  return removed;
}

/** Returns true if set-ups create entries of this name. */
async function isEntry(cache: string, name: string): Promise<boolean> {
  if (name.endsWith(".part")) return false;
  return ADDON.test(name) || await Deno.stat(noteOf(cache, name)).then(() => true, () => false);
}

/** The file whose time says when an entry was used. */
function noteOf(cache: string, name: string): string {
  return ADDON.test(name) ? join(cache, name) : join(cache, name, CONTENTS);
}

/** When anything of it was last written or read, in milliseconds since 1970. */
async function lastUse(path: string): Promise<number> {
  const paths = [path];
  if ((await Deno.stat(path)).isDirectory) {
    for await (const file of filesUnder(path)) paths.push(file.path);
  }
  const times = await Promise.all(paths.map(async (path) => {
    const { mtime, atime, isDirectory } = await Deno.stat(path);
    // To look into a folder is not to use it.
    return Math.max(mtime?.getTime() ?? 0, isDirectory ? 0 : atime?.getTime() ?? 0);
  }));
  return Math.max(...times);
}
