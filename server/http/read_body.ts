/** Bodies of GraphQL requests: each is read once, as JSON of a limited size that arrives in time. */
import type { GraphQLError } from "graphql";
import { createSharedDeadline } from "../../lib/shared_deadline.ts";
import { MAX_REQUEST_BYTES } from "../limits.ts";
import { limitBody } from "./body_size.ts";
import { readJsonBody } from "./json_body.ts";
import { bodyTimeoutRule, refusal } from "./refusal.ts";

/**
 * Returns the body of a request, the same at each call.
 *
 * @throws {GraphQLError} if it is too large or late, or no JSON object or list
 */
export type ReadBody = (request: Request) => Promise<object>;

/** Key of a request's body: a WeakMap of all requests slows down garbage collection. */
const BODY = Symbol("body");

type ReadRequest = Request & { [BODY]?: Promise<object> };

/** Creates a reader. @param timeoutMs longest time for a body to arrive */
export function createBodyReader(timeoutMs: number): ReadBody {
  const withinDeadline = createSharedDeadline(timeoutMs);
  const read = async (request: Request): Promise<object> =>
    await withinDeadline(
      readJsonBody(limitBody(request, MAX_REQUEST_BYTES)),
      () => tooLate(timeoutMs),
    );
  return (request: ReadRequest) => request[BODY] ??= read(request);
}

function tooLate(timeoutMs: number): GraphQLError {
  return refusal(bodyTimeoutRule(timeoutMs), "BAD_USER_INPUT", {
    status: 408,
    headers: { connection: "close" },
  });
}
