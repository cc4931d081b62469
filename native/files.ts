/**
 * Writing files so that nobody ever sees half of one: under a temporary name that ends in '.part', then renamed. And one lock,
 * so that two set-ups at once do not do the same work twice.
 */
import { dirname, join } from "node:path";

/** A temporary name beside a file. */
export function partName(path: string): string {
  return `${path}.${crypto.randomUUID().slice(0, 8)}.part`;
}

/** Makes a file or a folder at a temporary path and moves it to its place; a file that is there is replaced. */
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

/** Makes `path` a symbolic link to `target`, whatever file or link was there. */
export async function replaceLink(path: string, target: string): Promise<void> {
  await replace(path, (part) => Deno.symlink(target, part));
}

/**
 * Runs `work` while no other process does, in any checkout that shares the folder. The lock goes with its process, however
 * that ends.
 *
 * @param onWait told once, if another process has the lock
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

/** Runs `work` as locked() does, but leaves it where another process has the lock. */
export async function ifUnlocked(folder: string, work: () => Promise<void>): Promise<void> {
  using file = await Deno.open(join(folder, "lock"), { write: true, create: true });
  if (await file.tryLock(true)) await work();
}

/** Removes what killed set-ups left. Only for who has the lock: nothing else may be writing there. */
export async function removeParts(folder: string): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(".part")) await Deno.remove(join(folder, name), { recursive: true });
  }
}

/** Every file under a folder with its size, links followed. Files that vanish meanwhile are left out. */
export async function* filesUnder(
  folder: string,
): AsyncGenerator<{ readonly path: string; readonly bytes: number }> {
  for (const { name, isDirectory } of await list(folder)) {
    const path = join(folder, name);
    if (isDirectory) {
      yield* filesUnder(path);
      continue;
    }
    const info = await Deno.stat(path).catch(() => undefined);
    if (info) yield { path, bytes: info.size };
  }
}

async function list(folder: string): Promise<readonly Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(folder));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
