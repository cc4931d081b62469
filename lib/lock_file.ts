/**
 * Lock files. The kernel releases a lock when its process ends, so that the holder of a lock is alive.
 */

/** A lock held by this process. */
export interface LockFile {
  /** @param word to leave in the file, for readLockText() */
  release(word?: string): void;
}

/**
 * Locks a file, which is created if it is missing.
 *
 * @param content the text to store in the file, for readLockHolder()
 * @returns undefined if another process holds it
 */
export async function tryLock(path: string, content: string): Promise<LockFile | undefined> {
  const file = await Deno.open(path, { create: true, read: true, write: true });
  if (!await file.tryLock(true)) {
    file.close();
    return undefined;
  }
  const write = (text: string) => {
    file.truncateSync();
    file.seekSync(0, Deno.SeekMode.Start);
    file.writeSync(new TextEncoder().encode(text));
  };
  write(content);
  return {
    release(word) {
      if (word !== undefined) write(word);
      file.close();
    },
  };
}

/** Reads the text that is in a lock's file, whether it is held or not; undefined if there is no such file. */
export async function readLockText(path: string): Promise<string | undefined> {
  using file = await openIfThere(path);
  return file && await readText(file);
}

/** Reads the text that the holder of a lock stored in its file; undefined if the lock is free. */
export async function readLockHolder(path: string): Promise<string | undefined> {
  using file = await openIfThere(path);
  if (!file || await file.tryLock(false)) return undefined;
  return await readText(file);
}

/** Reads an open file, which may have been removed from its folder meanwhile. */
async function readText(file: Deno.FsFile): Promise<string> {
  const bytes = new Uint8Array((await file.stat()).size);
  const count = await file.read(bytes);
  return new TextDecoder().decode(bytes.subarray(0, count ?? 0));
}

async function openIfThere(path: string): Promise<Deno.FsFile | undefined> {
  try {
    return await Deno.open(path, { read: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
