/**
 * A file that is there whole or not at all, whatever happens while it is written: it grows under a temporary name,
 * reaches the disk, and only then gets its own. Its digest is computed on the way.
 */
import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { readFailureReason, writeFailureReason } from "../../data/storage/files.ts";
import { CheckpointError } from "./error.ts";

/** What was written. */
export interface WrittenFile {
  readonly bytes: number;
  /** Of the whole file, hexadecimal. */
  readonly sha256: string;
}

/** What temporary files end in: no name of a whole file may. */
export const PART_ENDING = ".part";

/** Bytes that are written or read between two turns of the event loop. */
const CHUNK = 4 * 1024 * 1024;

/**
 * Writes a file at once: a reader sees the old file or the whole new one, also after power loss, and two writers do
 * not mix. Nothing is left of a file that cannot be finished.
 *
 * @param accept is asked when everything is written, before the file gets its name; what it throws is thrown
 * @throws {CheckpointError} 'disk-full' or 'not-writable'; what `chunks` throws is thrown as it is
 */
export async function writeAtomically(
  path: string,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  accept: (written: WrittenFile) => void = () => {},
): Promise<WrittenFile> {
  const folder = dirname(path);
  const part = join(folder, `.${basename(path)}.${crypto.randomUUID()}${PART_ENDING}`);
  const onDisk = <T>(work: Promise<T>) =>
    work.catch((error) => {
      throw asWriteError(error, path);
    });
  const hash = createHash("sha256");
  let bytes = 0;
  let named = false;
  try {
    {
      using file = await onDisk(Deno.open(part, { write: true, createNew: true }));
      for await (const chunk of chunks) {
        for (let from = 0; from < chunk.length;) {
          const written = await onDisk(file.write(chunk.subarray(from, from + CHUNK)));
          hash.update(chunk.subarray(from, from + written));
          from += written;
        }
        bytes += chunk.length;
      }
      await onDisk(file.sync());
    }
    const written = { bytes, sha256: hash.digest("hex") };
    accept(written);
    await onDisk(Deno.rename(part, path));
    named = true;
    await onDisk(syncFolder(folder));
    return written;
  } finally {
    if (!named) await Deno.remove(part).catch(() => {});
  }
}

/** Makes sure that what was made, renamed or removed in a folder stays so after power loss. */
export async function syncFolder(path: string): Promise<void> {
  // Windows opens no folders; there the file system's journal has to do.
  if (Deno.build.os === "windows") return;
  try {
    using folder = await Deno.open(path);
    await folder.sync();
  } catch (error) {
    // Some shared file systems know no such thing.
    if (!(error instanceof Error && "code" in error && error.code === "EINVAL")) throw error;
  }
}

/** The bytes of an open file from where it stands to its end. */
export async function* readChunks(
  file: Deno.FsFile,
  path: string,
): AsyncGenerator<Uint8Array, void> {
  for (;;) {
    const chunk = new Uint8Array(CHUNK);
    const read = await file.read(chunk).catch((error) => {
      throw asReadError(error, path);
    });
    if (read === null) return;
    yield chunk.subarray(0, read);
  }
}

/** Says why a checkpoint cannot be read. */
export function asReadError(error: unknown, path: string): CheckpointError {
  if (error instanceof CheckpointError) return error;
  const { kind, rest } = readFailureReason(error, path);
  return new CheckpointError(kind, `Cannot read checkpoint ${path}: ${rest}`, { cause: error });
}

/** Says why a checkpoint or its folder cannot be written. */
export function asWriteError(error: unknown, path: string): CheckpointError {
  if (error instanceof CheckpointError) return error;
  const { kind, rest } = writeFailureReason(error, path, "some of it");
  return new CheckpointError(kind, `Cannot write checkpoint ${path}: ${rest}`, { cause: error });
}
