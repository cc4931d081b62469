/// <reference lib="dom" />
/** Queries and mutations of the panels, one POST request each. */
import type { GraphQLFormattedError } from "graphql";
import { ENDPOINT } from "./endpoint.ts";
import type { Operation } from "./operation.ts";

/** Thrown when the API refuses an operation. The message is the API's own. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  constructor(readonly errors: readonly GraphQLFormattedError[]) {
    super(errors.map(({ message }) => message).join(" "));
  }
}

/**
 * Runs a query or a mutation.
 *
 * @throws {ApiError} if the API answers with errors
 * @throws {TypeError} if it cannot be reached
 */
export async function request<Data, Variables>(
  { query }: Operation<Data, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Data> {
  const response = await fetch(ENDPOINT, {
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
    throw new ApiError([{
      message: `The server answered ${response.status} ${response.statusText}.`,
    }]);
  }
  if (answer.errors?.length) throw new ApiError(answer.errors);
  if (!answer.data) throw new ApiError([{ message: "The server answered without data." }]);
  return answer.data;
}
