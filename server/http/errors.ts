/**
 * The form of every error that leaves the server: { errors: [{ message, extensions: { code } }] }, in GraphQL
 * answers and beside them, with a code of a short list that clients can act on.
 */
import type { ErrorCode as SchemaErrorCode } from "../../schema/base/errors.ts";

/** `extensions.code` of every error. */
export type ErrorCode = SchemaErrorCode | "UNAUTHENTICATED";

/** All of them. */
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

/** An answer that refuses a request. */
export function refuse(
  status: number,
  code: ErrorCode,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return Response.json({ errors: [{ message, extensions: { code } }] }, { status, headers });
}

/**
 * An answer to a method that a resource does not have.
 *
 * @param allowed all that it has, at least two
 */
export function refuseMethod(request: Request, allowed: readonly string[]): Response {
  const choice = `${allowed.slice(0, -1).join(", ")} or ${allowed.at(-1)}`;
  return refuse(
    405,
    "BAD_USER_INPUT",
    `Cannot ${request.method} ${new URL(request.url).pathname}: ` +
      `the method must be ${choice}, got ${request.method}.`,
    { allow: allowed.join(", ") },
  );
}

/**
 * The code of an error in a GraphQL answer. Libraries have codes of their own; what they refuse is the
 * client's doing, unless they say that it was unexpected.
 */
export function errorCode(extensions: Readonly<Record<string, unknown>>): ErrorCode {
  const { code } = extensions;
  if (ERROR_CODES.has(code)) return code as ErrorCode;
  return code === "INTERNAL_SERVER_ERROR" || extensions.unexpected ? "INTERNAL" : "BAD_USER_INPUT";
}
