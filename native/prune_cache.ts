/**
 * Removes entries of the cache that were not used for a month: TensorFlow's folders, addons and kernels of other
 * versions. Checkouts of several versions may share a cache, so that only the time of the last use shows whether an
 * entry is needed. Each set-up records it. An entry that was removed too early is created again by the next set-up.
 */
import { join } from "node:path";
import { CONTENTS } from "./cache.ts";
import { filesUnder, partName } from "./files.ts";

const DAY_MS = 86_400_000;

/** Days without use after which an entry is removed. */
export const UNUSED_DAYS = 30;

const LIBRARY = /^(?:addon-[0-9a-f]{20}\.node|kernels-[0-9a-f]{20}\.so)$/;

/**
 * Records the use of entries. Does nothing if the cache cannot be written.
 *
 * @param names folders, addons or kernels
 * @returns true if the last record is more than a day old: then pruneCache() is due
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
      // A set-up that needs the entry reports the problem.
    }
  }
  return isDue;
}

/**
 * Removes unused entries. The caller must hold the lock of the cache. Entries that cannot be removed remain.
 *
 * @returns the names of the removed entries
 */
export async function pruneCache(cache: string): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const { name } of await Array.fromAsync(Deno.readDir(cache))) {
    try {
      if (!await isEntry(cache, name)) continue;
      if (Date.now() - await lastUse(join(cache, name)) < UNUSED_DAYS * DAY_MS) continue;
      // Renamed first: to others, the entry vanishes at once.
      const part = partName(join(cache, name));
      await Deno.rename(join(cache, name), part);
      await Deno.remove(part, { recursive: true });
      removed.push(name);
    } catch {
      // The next call may succeed.
    }
  }
  return removed;
}

/** Reports whether set-ups create entries of this name. */
async function isEntry(cache: string, name: string): Promise<boolean> {
  if (name.endsWith(".part")) return false;
  return LIBRARY.test(name) || await Deno.stat(noteOf(cache, name)).then(() => true, () => false);
}

/** Returns the file whose time is that of an entry's last use. */
function noteOf(cache: string, name: string): string {
  return LIBRARY.test(name) ? join(cache, name) : join(cache, name, CONTENTS);
}

/** Returns the time of the last write or read of an entry's files, in milliseconds since 1970. */
async function lastUse(path: string): Promise<number> {
  const paths = [path];
  if ((await Deno.stat(path)).isDirectory) {
    for await (const file of filesUnder(path)) paths.push(file.path);
  }
  const times = await Promise.all(paths.map(async (path) => {
    const { mtime, atime, isDirectory } = await Deno.stat(path);
    // Listing a folder is not a use.
    return Math.max(mtime?.getTime() ?? 0, isDirectory ? 0 : atime?.getTime() ?? 0);
  }));
  return Math.max(...times);
}
