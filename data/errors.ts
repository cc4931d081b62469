/**
 * The one error that reading and fetching datasets ends in. Its message says what is wrong and what to do;
 * its kind is for programs.
 */

/** Kind of a dataset error. */
export type DatasetErrorKind =
  /** No dataset has this name. */
  | "unknown-dataset"
  /** There is no file. */
  | "missing"
  /** The file or its folder cannot be read: permissions, a folder where a file must be, a failing disk. */
  | "unreadable"
  /** Neither IDX nor gzip: another format, or another type of values. */
  | "not-idx"
  /** Shorter than its own header says. */
  | "truncated"
  /** Longer than its own header says, or than this dataset can be. */
  | "too-long"
  /** The gzip stream is damaged or ends too early. */
  | "damaged-gzip"
  /** Other dimensions than this dataset's: labels in place of images, images of another size. */
  | "wrong-shape"
  /** Another number of samples than this dataset has. */
  | "wrong-count"
  /** Images and labels differ in number. */
  | "counts-differ"
  /** A label that is no class of this dataset. */
  | "wrong-labels"
  /** Well formed, but not the published bytes. */
  | "foreign"
  /** The folder cannot be made or written. */
  | "not-writable"
  /** No space left, or a quota reached. */
  | "disk-full"
  /** No source gave the file. */
  | "unavailable";

/** A dataset cannot be read or fetched. */
export class DatasetError extends Error {
  override readonly name = "DatasetError";
  constructor(readonly kind: DatasetErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}
