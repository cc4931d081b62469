/**
 * The one error that writing, keeping and reading checkpoints ends in. Its message says what is wrong and what to do;
 * its kind is for programs.
 */

/** What can be wrong with a checkpoint, or with where it is kept. */
export type CheckpointErrorKind =
  /** There is none of this name. */
  | "missing"
  /** Not the bytes that were written: the checkpoint before it may still be good. */
  | "damaged"
  /** Written by another version, in a form that this one does not read. */
  | "unsupported"
  /** A good checkpoint, but of another training. */
  | "foreign"
  /** The file or its folder cannot be read: permissions, a failing disk. */
  | "unreadable"
  /** The folder cannot be made or written. */
  | "not-writable"
  /** No space left, or a quota reached. */
  | "disk-full"
  /** The object storage cannot be used now: not reached, no such bucket, wrong credentials. */
  | "unavailable";

/** A checkpoint cannot be written, kept or read. */
export class CheckpointError extends Error {
  override readonly name = "CheckpointError";
  constructor(readonly kind: CheckpointErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}
