/**
 * The error of reading and downloading datasets. Its message states the cause and the remedy; its kind is for
 * programs.
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
  /** Shorter than its header states. */
  | "truncated"
  /** Longer than its header states, or than this dataset can be. */
  | "too-long"
  /** The gzip stream is damaged or ends too early. */
  | "damaged-gzip"
  /** Other dimensions than this dataset's: labels in place of images, images of another size. */
  | "wrong-shape"
  /** The number of samples differs from that of the dataset. */
  | "wrong-count"
  /** Images and labels differ in number. */
  | "counts-differ"
  /** A label is not a class of the dataset. */
  | "wrong-labels"
  /** Well-formed, but different from the published bytes. */
  | "foreign"
  /** The folder cannot be created or written. */
  | "not-writable"
  /** No space left, or a quota reached. */
  | "disk-full"
  /** No source has the file. */
  | "unavailable";

/** Thrown if a dataset cannot be read or downloaded. */
export class DatasetError extends Error {
  override readonly name = "DatasetError";
  constructor(readonly kind: DatasetErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}
