/**
 * The interface of checkpoint stores, whose implementations pass the same contract tests. The log of a run lists its
 * checkpoints; a store only holds files by name, and a file that is in no log is a leftover.
 */
import type { WrittenFile } from "../../lib/atomic_file.ts";
import { CheckpointError } from "../../ml/checkpoint/error.ts";

/** A checkpoint in a store. */
export interface StoredCheckpoint {
  readonly name: string;
  readonly bytes: number;
}

/** Options of a transfer. */
export interface TransferOptions {
  /** Expected digest, hexadecimal. The transfer fails if the bytes have another one. */
  readonly sha256?: string;
  /** Aborts the transfer, which leaves no file. */
  readonly signal?: AbortSignal;
}

/**
 * A store of checkpoints by run and name. Safe for any number of workers on any number of machines.
 *
 * Every method throws CheckpointError if the store cannot be used now ('unreadable', 'not-writable', 'disk-full' or
 * 'unavailable') and RangeError for invalid ids and names.
 */
export interface CheckpointStore {
  /** The location for display: a folder, or 's3://bucket/prefix'. */
  readonly location: string;
  /** Verifies that checkpoints can be written, by writing a file. */
  check(): Promise<void>;
  /**
   * Stores a copy of a file, atomically. On return it survives power loss. An existing checkpoint of the same name is
   * replaced.
   *
   * @throws {CheckpointError} 'missing' or 'unreadable' of the file; 'damaged' if it has another digest
   * @throws the signal's reason
   */
  put(
    runId: string,
    name: string,
    file: string,
    options?: TransferOptions,
  ): Promise<WrittenFile>;
  /**
   * Copies a checkpoint to a folder on this machine.
   *
   * @returns the copy's path
   * @throws {CheckpointError} 'missing' if there is none of this name; 'damaged' if it has another digest
   * @throws the signal's reason
   */
  fetch(
    runId: string,
    name: string,
    folder: string,
    options?: TransferOptions,
  ): Promise<string>;
  /** Lists a run's checkpoints in order of their names; none if there is no such run. */
  list(runId: string): Promise<readonly StoredCheckpoint[]>;
  /** Lists the runs that have files here, deleted ones included. */
  runIds(): Promise<readonly string[]>;
  /** Removes a checkpoint, if it exists. */
  remove(runId: string, name: string): Promise<void>;
  /** Removes all checkpoints of a run. */
  removeAll(runId: string): Promise<void>;
  close(): void;
}

/** Pattern of a part of a path or key. No such part leads out of its folder. */
const SAFE = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/;

/**
 * Requires ids and names to be valid parts of paths and keys.
 *
 * @throws {RangeError} if one is not
 */
export function mustBeSafe(...parts: readonly string[]): void {
  for (const part of parts) {
    if (SAFE.test(part) && !part.endsWith(".part")) continue;
    const short = JSON.stringify(part.length > 60 ? `${part.slice(0, 60)}…` : part);
    throw new RangeError(
      "Cannot keep checkpoints by this name: it must be up to 128 letters, digits and any of '._-' " +
        `between letters and digits, and not end in '.part', got ${short}.`,
    );
  }
}

/**
 * Requires a file to have the expected digest.
 *
 * @param expected the digest, if it is known
 * @throws {CheckpointError} 'damaged'
 */
export function mustHaveDigest(
  expected: string | undefined,
  { sha256 }: WrittenFile,
  path: string,
): void {
  if (expected === undefined || sha256 === expected) return;
  throw new CheckpointError(
    "damaged",
    `Cannot copy checkpoint ${path}: its sha256 must be ${expected}, got ${sha256}.`,
  );
}
