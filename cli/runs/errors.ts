/** The errors of `deno task runs`: their messages are for people, and each has an exit code. */

/** Something was asked for that cannot be: a flag, a setting. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The server does not do what was asked of it. The message is the server's own. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
}

/** The server cannot be reached, or cannot answer now. */
export class UnavailableError extends Error {
  override readonly name = "UnavailableError";
}
