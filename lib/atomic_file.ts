/** Writes files atomically: under a temporary name, synced to disk, then renamed. The digest is computed on the way. */
import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";

/** A file that was written. */
export interface WrittenFile {
  readonly bytes: number;
  /** The digest of the whole file, hexadecimal. */
  readonly sha256: string;
}

/** The suffix of temporary files, which no complete file may have. */
export const PART_SUFFIX = ".part";

/** The number of bytes that are written or read per turn of the event loop. */
const CHUNK_BYTES = 4 * 1024 * 1024;

/** Options of writeAtomically(). */
export interface WriteOptions {
  /** Called before the file is renamed. If it throws, the file is removed. */
  readonly accept?: ((written: WrittenFile) => void) | undefined;
  /** Converts errors of the disk. Defaults to throwing them as they are. */
  readonly explain?: ((error: unknown) => unknown) | undefined;
}

/**
 * Writes a file atomically: a reader sees the old file or the complete new one, also after a power loss, and two
 * writers do not mix. A file that cannot be completed is removed.
 *
 * @throws what `explain` returns for errors of the disk; errors of `chunks` and `accept` as they are
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile();
 * const { bytes } = await writeAtomically(path, [new TextEncoder().encode("complete")]);
 * assertEquals([await Deno.readTextFile(path), bytes], ["complete", 8]);
 * await Deno.remove(path);
 * ```
 */
export async function writeAtomically(
  path: string,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  { accept, explain = (error) => error }: WriteOptions = {},
): Promise<WrittenFile> {
  const folder = dirname(path);
  const part = join(folder, `.${basename(path)}.${crypto.randomUUID()}${PART_SUFFIX}`);
  const onDisk = <T>(work: Promise<T>) =>
    work.catch((error) => {
      throw explain(error);
    });
  const hash = createHash("sha256");
  let bytes = 0;
  let named = false;
  try {
    {
      using file = await onDisk(Deno.open(part, { write: true, createNew: true }));
      for await (const chunk of chunks) {
        for (let from = 0; from < chunk.length;) {
          const written = await onDisk(file.write(chunk.subarray(from, from + CHUNK_BYTES)));
          hash.update(chunk.subarray(from, from + written));
          from += written;
        }
        bytes += chunk.length;
      }
      await onDisk(file.sync());
    }
    const written = { bytes, sha256: hash.digest("hex") };
    accept?.(written);
    await onDisk(Deno.rename(part, path));
    named = true;
    await onDisk(syncFolder(folder));
    return written;
  } finally {
    if (!named) await Deno.remove(part).catch(() => {});
  }
}

/** Syncs a folder to disk, so that files that were created, renamed or removed in it stay so after a power loss. */
export async function syncFolder(path: string): Promise<void> {
  // Windows cannot open folders; its file system's journal has to suffice.
  if (Deno.build.os === "windows") return;
  try {
    using folder = await Deno.open(path);
    await folder.sync();
  } catch (error) {
    // Some shared file systems cannot sync folders.
    if (!(error instanceof Error && "code" in error && error.code === "EINVAL")) throw error;
  }
}

/**
 * Reads an open file from its position to its end.
 *
 * @param explain converts errors of the disk
 */
export async function* readChunks(
  file: Deno.FsFile,
  explain: (error: unknown) => unknown = (error) => error,
): AsyncGenerator<Uint8Array, void> {
  for (;;) {
    const chunk = new Uint8Array(CHUNK_BYTES);
    const read = await file.read(chunk).catch((error) => {
      throw explain(error);
    });
    if (read === null) return;
    yield chunk.subarray(0, read);
  }
}
