/**
 * Atomic files and a lock. A file is written under a temporary name that ends in '.part', then renamed; the lock keeps
 * concurrent set-ups from doing the same work twice.
 */
import { dirname, join } from "node:path";

/** Returns a temporary name beside a file. */
export function partName(path: string): string {
  return `${path}.${crypto.randomUUID().slice(0, 8)}.part`;
}

/** Creates a file or folder at a temporary path and renames it. An existing file is replaced. */
export async function replace(path: string, make: (part: string) => Promise<void>): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  const part = partName(path);
  try {
    await make(part);
    await Deno.rename(part, path);
  } catch (error) {
    await Deno.remove(part, { recursive: true }).catch(() => {});
    throw error;
  }
}

/** Replaces `path` by a symbolic link to `target`. */
export async function replaceLink(path: string, target: string): Promise<void> {
  await replace(path, (part) => Deno.symlink(target, part));
}

/**
 * Runs `work` while holding the folder's lock, which all checkouts share. The lock is released when its process ends.
 *
 * @param onWait called if another process holds the lock
 */
export async function locked<T>(
  folder: string,
  onWait: () => void,
  work: () => Promise<T>,
): Promise<T> {
  await Deno.mkdir(folder, { recursive: true });
  using file = await Deno.open(join(folder, "lock"), { write: true, create: true });
  if (!await file.tryLock(true)) {
    onWait();
    await file.lock(true);
  }
  return await work();
}

/** Runs `work` while holding the lock; does nothing if another process holds it. */
export async function ifUnlocked(folder: string, work: () => Promise<void>): Promise<void> {
  using file = await Deno.open(join(folder, "lock"), { write: true, create: true });
  if (await file.tryLock(true)) await work();
}

/** Removes temporary files of killed set-ups. The caller must hold the lock. */
export async function removeParts(folder: string): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(".part")) await Deno.remove(join(folder, name), { recursive: true });
  }
}

/** Yields every file under a folder with its size, following links. Files that vanish meanwhile are left out. */
export async function* filesUnder(
  folder: string,
): AsyncGenerator<{ readonly path: string; readonly bytes: number }> {
  for (const { name, isDirectory } of await entriesOf(folder)) {
    const path = join(folder, name);
    if (isDirectory) {
      yield* filesUnder(path);
      continue;
    }
    const info = await Deno.stat(path).catch(() => undefined);
    if (info) yield { path, bytes: info.size };
  }
}

/** Returns the entries of a folder; none if it is not there. */
export async function entriesOf(folder: string): Promise<readonly Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(folder));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
