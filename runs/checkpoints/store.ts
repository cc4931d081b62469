/**
 * The interface of checkpoint stores. Each kind is one file beside this one, and all pass the same contract tests. A run's log
 * lists its checkpoints; a store only holds files by name, and one that no log names is a leftover.
 */
import type { WrittenFile } from "../../ml/checkpoint/atomic_file.ts";
import { CheckpointError } from "../../ml/checkpoint/error.ts";

/** A checkpoint as it lies in a store. */
export interface StoredCheckpoint {
  readonly name: string;
  readonly bytes: number;
}

/** Options of a transfer. */
export interface TransferOptions {
  /** Expected digest, hexadecimal. The transfer fails if the bytes have another one. */
  readonly sha256?: string;
  /** Ends the transfer; nothing is left of it. */
  readonly signal?: AbortSignal;
}

/**
 * A place that keeps checkpoints, by the run and a name. Safe for any number of workers on any number of machines.
 *
 * Every method throws CheckpointError: 'unreadable', 'not-writable', 'disk-full' or 'unavailable' where the place cannot be
 * used now; and RangeError for ids and names that no file may have.
 */
export interface CheckpointStore {
  /** For people: a folder, or 's3://bucket/prefix'. */
  readonly location: string;
  /** Finds out whether checkpoints can be written, by writing something. */
  check(): Promise<void>;
  /**
   * Keeps a copy of a file. On return it survives power loss; before that, nobody sees any of it. One of this name that is
   * there already is replaced.
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
   * Puts a copy of a checkpoint into a folder on this machine.
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
  /** A run's checkpoints in order of their names; none if there is no such run. */
  list(runId: string): Promise<readonly StoredCheckpoint[]>;
  /** Lists the runs that have files here, deleted ones included. */
  runIds(): Promise<readonly string[]>;
  /** Removes a checkpoint; one that is not there is removed already. */
  remove(runId: string, name: string): Promise<void>;
  /** Removes everything of a run. */
  removeAll(runId: string): Promise<void>;
  close(): void;
}

/** A part of a path or key: never a way out of its folder, whatever it holds. */
const SAFE = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/;

/** @throws {RangeError} if it is none that a folder or a key may have */
export function mustBeSafe(...parts: readonly string[]): void {
  for (const part of parts) {
    if (SAFE.test(part) && !part.endsWith(".part")) continue;
    const short = JSON.stringify(part.length > 60 ? `${part.slice(0, 60)}…` : part);
    throw new RangeError(
      "Cannot keep checkpoints by this name: it must be up to 128 letters, digits and signs of '._-' " +
        `between letters and digits, and not end in '.part', got ${short}.`,
    );
  }
}

/**
 * @param expected what it must be, if that is known
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
