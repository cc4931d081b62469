/** The error of writing, storing and reading checkpoints. Its message is for people, its kind for programs. */

/** The problem of a checkpoint or of its storage. */
export type CheckpointErrorKind =
  /** No checkpoint has this name. */
  | "missing"
  /** The bytes differ from those that were written; an older checkpoint may be intact. */
  | "damaged"
  /** It was written by a newer version, in a form that this one cannot read. */
  | "unsupported"
  /** It belongs to another training. */
  | "foreign"
  /** The file or its folder cannot be read: permissions, a failing disk. */
  | "unreadable"
  /** The folder cannot be created or written. */
  | "not-writable"
  /** No space left, or a quota reached. */
  | "disk-full"
  /** The object storage is unavailable: unreachable, no such bucket, wrong credentials. */
  | "unavailable";

/** Thrown if a checkpoint cannot be written, stored or read. */
export class CheckpointError extends Error {
  override readonly name = "CheckpointError";
  constructor(readonly kind: CheckpointErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** Returns whether every later attempt fails as well. */
export function isFinalError({ kind }: CheckpointError): boolean {
  switch (kind) {
    case "missing":
    case "damaged":
    case "unsupported":
    case "foreign":
      return true;
    case "unreadable":
    case "not-writable":
    case "disk-full":
    case "unavailable":
      return false;
    default:
      return kind satisfies never;
  }
}
