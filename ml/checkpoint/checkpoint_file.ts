/** Files of checkpoints. Every failure of the disk becomes a CheckpointError that states the remedy. */
import { readChunks, writeAtomically, type WrittenFile } from "../../lib/atomic_file.ts";
import { readFailureReason, writeFailureReason } from "../../lib/disk_failure.ts";
import { CheckpointError } from "./error.ts";

/**
 * Writes a file atomically, as lib/atomic_file.ts does.
 *
 * @param accept is called before the file is renamed; if it throws, the file is removed
 * @throws {CheckpointError} 'disk-full' or 'not-writable'; errors of `chunks` are rethrown
 */
export function writeCheckpointFile(
  path: string,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  accept?: (written: WrittenFile) => void,
): Promise<WrittenFile> {
  return writeAtomically(path, chunks, {
    accept,
    explain: (error) => asWriteError(error, path),
  });
}

/**
 * Reads an open file from its position to its end.
 *
 * @throws {CheckpointError} 'missing' or 'unreadable'
 */
export function readCheckpointFile(
  file: Deno.FsFile,
  path: string,
): AsyncGenerator<Uint8Array, void> {
  return readChunks(file, (error) => asReadError(error, path));
}

/** Converts an error to one that says why a checkpoint cannot be read. */
export function asReadError(error: unknown, path: string): CheckpointError {
  if (error instanceof CheckpointError) return error;
  const { kind, rest } = readFailureReason(error, path);
  return new CheckpointError(kind, `Cannot read checkpoint ${path}: ${rest}`, { cause: error });
}

/** Converts an error to one that says why a checkpoint or its folder cannot be written. */
export function asWriteError(error: unknown, path: string): CheckpointError {
  if (error instanceof CheckpointError) return error;
  const { kind, rest } = writeFailureReason(error, path, "some of it");
  return new CheckpointError(kind, `Cannot write checkpoint ${path}: ${rest}`, { cause: error });
}
