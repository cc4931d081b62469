/** The error of an import that cannot go on: its message says why, and what to do. */

/** Thrown if nothing can be imported from a source. */
export class ImportError extends Error {
  override readonly name = "ImportError";
}

/** A file of a source that was left out, and the reason. */
export interface ImportProblem {
  /** The path of the file in its source, for a table with the row. */
  readonly file: string;
  readonly message: string;
}
