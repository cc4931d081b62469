/**
 * What is too much: the limits that hold for every operation, and how a client is told of one. What operators change is
 * in the configuration; docs/security.md has all of them in one table.
 */
import { GraphQLError } from "graphql";
import type { ErrorCode } from "./http/errors.ts";
import type { OperationSize } from "./graphql/limits/operation_size.ts";

/** The largest of each that an operation may have. GraphiQL's introspection and the page's own operations have room. */
export const OPERATION_LIMITS: Readonly<Record<keyof OperationSize | "tokens" | "cost", number>> = {
  tokens: 4000,
  depth: 12,
  introspectionDepth: 16,
  introspectionLists: 2,
  fields: 400,
  aliases: 50,
  directives: 50,
  directivesAtOnce: 4,
  cost: 50_000,
};

/** Operations at a time, subscriptions among them, on one WebSocket or one event stream. */
export const MAX_OPERATIONS_PER_SOCKET = 100;

/** How long a request's body may take to come in, once its head has. */
export const BODY_TIMEOUT_MS = 30_000;

/** How long a subscriber may take nothing of what waits for it. */
export const STALL_MS = 60_000;

/** What a body that takes longer is refused with. */
export function lateRule(patienceMs: number): string {
  return `the request must be here within ${patienceMs / 1000} s, got only its beginning.`;
}

/** Limits in the words of a refusal. */
const WORDS: Readonly<Record<keyof OperationSize, (max: number, got: number) => string>> = {
  depth: (max, got) => `have a depth of at most ${max}, got ${got}`,
  introspectionDepth: (max, got) =>
    `have a depth of at most ${max} in what it asks of the schema, got ${got}`,
  introspectionLists: (max, got) =>
    `ask for at most ${max} lists of the schema inside each other, got ${got}`,
  fields: (max, got) => `have at most ${max} fields, got ${got}`,
  aliases: (max, got) => `have at most ${max} aliases, got ${got}`,
  directives: (max, got) => `have at most ${max} directives, got ${got}`,
  directivesAtOnce: (max, got) => `have at most ${max} directives in one place, got ${got}`,
};

/** The refusal of an operation that is too large; undefined if it is not. */
export function tooLarge(size: OperationSize): GraphQLError | undefined {
  for (const name of Object.keys(WORDS) as (keyof OperationSize)[]) {
    if (size[name] > OPERATION_LIMITS[name]) {
      return refusal(`the operation must ${WORDS[name](OPERATION_LIMITS[name], size[name])}.`);
    }
  }
  return undefined;
}

/**
 * The refusal of an operation for a limit.
 *
 * @param http its status; with 'spec', readers of plain application/json get 200, as GraphQL over HTTP has it
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

/** The refusal of what may be done again later. */
export function rateLimited(rule: string, seconds: number): GraphQLError {
  const wait = Math.max(1, Math.ceil(seconds));
  return refusal(`${rule} Try again in ${wait} s.`, "RATE_LIMITED", {
    status: 429,
    headers: { "retry-after": String(wait) },
  });
}
