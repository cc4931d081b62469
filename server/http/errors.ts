/**
 * Form of every error that clients get, in GraphQL results and in other responses: { errors: [{ message, extensions:
 * { code } }] }, with a code of a short list.
 */
import type { ErrorCode as SchemaErrorCode } from "../../schema/base/errors.ts";

/** `extensions.code` of every error. */
export type ErrorCode = SchemaErrorCode | "UNAUTHENTICATED";

/** Every error code. */
export const ERROR_CODES: ReadonlySet<unknown> = new Set<ErrorCode>([
  "BAD_USER_INPUT",
  "NOT_FOUND",
  "CONFLICT",
  "RATE_LIMITED",
  "UNAVAILABLE",
  "INTERNAL",
  "UNAUTHENTICATED",
  "FORBIDDEN",
]);

/** Creates a response that refuses a request. */
export function refuse(
  status: number,
  code: ErrorCode,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return Response.json({ errors: [{ message, extensions: { code } }] }, { status, headers });
}

/**
 * Returns the code of an error in a GraphQL result. Errors with a library's own code count as bad input, unless the
 * library marks them as unexpected.
 */
export function errorCode(extensions: Readonly<Record<string, unknown>>): ErrorCode {
  const { code } = extensions;
  if (ERROR_CODES.has(code)) return code as ErrorCode;
  return code === "INTERNAL_SERVER_ERROR" || extensions.unexpected ? "INTERNAL" : "BAD_USER_INPUT";
}
