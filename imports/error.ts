/** Errors of requests about imports. Their messages are sentences for users. */

/** Thrown if a dataset's name is taken, or its state does not allow what is asked for. */
export class ImportConflictError extends Error {
  override readonly name = "ImportConflictError";
}

/** Thrown if as many imports wait or run as may. */
export class TooManyImportsError extends Error {
  override readonly name = "TooManyImportsError";
}

/** Thrown if a path does not name a source that may be imported. */
export class ImportSourceError extends Error {
  override readonly name = "ImportSourceError";
}

/** Thrown if an image cannot be decoded. Its message completes 'Cannot predict: image …'. */
export class ImageError extends Error {
  override readonly name = "ImageError";
}
