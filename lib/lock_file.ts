/**
 * Lock files: whoever holds one is alive, as the kernel lets go of it when its process ends, however it ends.
 */

/** A lock that this process holds. */
export interface LockFile {
  release(): void;
}

/**
 * Takes the lock of a file, which is made if it is not there.
 *
 * @param content is written into the file, for others to read
 * @returns undefined if another process holds it
 */
export async function tryLock(path: string, content: string): Promise<LockFile | undefined> {
  const file = await Deno.open(path, { create: true, read: true, write: true });
  if (!await file.tryLock(true)) {
    file.close();
    return undefined;
  }
  await file.truncate();
  await file.write(new TextEncoder().encode(content));
  return { release: () => file.close() };
}

/** What the holder of a lock has written into its file; undefined if nobody holds it. */
export async function readLockHolder(path: string): Promise<string | undefined> {
  using file = await openIfThere(path);
  if (!file || await file.tryLock(false)) return undefined;
  return await Deno.readTextFile(path);
}

async function openIfThere(path: string): Promise<Deno.FsFile | undefined> {
  try {
    return await Deno.open(path, { read: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
