/** The errors of `deno task runs`: their messages are for users, and each has an exit code. */

/** Thrown for an invalid flag or setting. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Thrown when the server refuses an operation. The message is the server's own. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
}

/** Thrown when the server cannot be reached or cannot answer now. */
export class UnavailableError extends Error {
  override readonly name = "UnavailableError";
}
