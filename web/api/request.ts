/// <reference lib="dom" />
/** Queries and mutations of the panels, one POST request each. */
import type { GraphQLFormattedError } from "graphql";
import { ENDPOINT } from "./endpoint.ts";
import type { Operation } from "./operation.ts";
import { fetchInSession } from "./fetch_in_session.ts";

/** Codes of errors that pass without a change of the request. */
const PASSING_CODES: readonly unknown[] = ["UNAVAILABLE", "RATE_LIMITED"];

/** Thrown when the API refuses an operation. The message is the API's own. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  constructor(readonly errors: readonly GraphQLFormattedError[]) {
    super(errors.map(({ message }) => message).join(" "));
  }

  /** True if the same operation may succeed later: a store that is away, a limit that is reached. */
  get mayPass(): boolean {
    return this.errors.some(({ extensions }) => PASSING_CODES.includes(extensions?.["code"]));
  }
}

/** Returns whether an operation may succeed later: the server cannot be reached, or cannot answer now. */
export function mayPass(error: unknown): boolean {
  return !(error instanceof ApiError) || error.mayPass;
}

/**
 * Runs a query or a mutation. If the session has ended, it waits until the user has signed in, and is sent again.
 *
 * @throws {ApiError} if the API answers with errors
 * @throws {Error} of another class if it cannot be reached, or a proxy answers in its place
 */
export async function request<Data, Variables>(
  { query }: Operation<Data, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Data> {
  const response = await fetchInSession(ENDPOINT, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/graphql-response+json" },
    body: JSON.stringify({ query, variables }),
    signal: signal ?? null,
  });
  const text = await response.text();
  let answer: { data?: Data; errors?: GraphQLFormattedError[] };
  try {
    answer = JSON.parse(text);
  } catch {
    const message = `The server answered ${response.status} ${response.statusText}.`;
    // 502 to 504: a proxy whose server starts anew.
    throw response.status >= 500 ? new Error(message) : new ApiError([{ message }]);
  }
  if (answer.errors?.length) throw new ApiError(answer.errors);
  if (!answer.data) throw new ApiError([{ message: "The server answered without data." }]);
  return answer.data;
}
