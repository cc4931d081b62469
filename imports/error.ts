/** The error of a request about an import that does not fit its state. */

/** Thrown if a dataset's name is taken, or its state does not allow what is asked for. */
export class ImportConflictError extends Error {
  override readonly name = "ImportConflictError";
}
