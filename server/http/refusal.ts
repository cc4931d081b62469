/** GraphQL errors that refuse an operation, with their HTTP status. */
import type { ErrorCode } from "./errors.ts";
import { GraphQLError } from "graphql";

/** Returns the rule that a request breaks whose body arrives too late. */
export function bodyTimeoutRule(timeoutMs: number): string {
  return `the request must be here within ${timeoutMs / 1000} s, got only its beginning.`;
}

/**
 * Creates the error that refuses an operation.
 *
 * @param http its status; with `spec`, clients that accept plain application/json get 200, as GraphQL over HTTP
 * requires
 */
export function refusal(
  rule: string,
  code: ErrorCode = "BAD_USER_INPUT",
  http: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly spec?: boolean;
  } = { status: 400, spec: true },
): GraphQLError {
  return new GraphQLError(`Cannot answer: ${rule}`, { extensions: { code, http } });
}

/** Creates the error that refuses an operation which may be retried after `seconds`. */
export function rateLimited(rule: string, seconds: number): GraphQLError {
  const wait = Math.max(1, Math.ceil(seconds));
  return refusal(`${rule} Try again in ${wait} s.`, "RATE_LIMITED", {
    status: 429,
    headers: { "retry-after": String(wait) },
  });
}
