/// <reference lib="dom" />
/** A query that is asked again until the server is there to answer it. */
import type { Operation } from "./operation.ts";
import { pause } from "./pause.ts";
import { ApiError, request } from "./request.ts";

const RETRY_MS = 1000;

/**
 * Asks until there is an answer.
 *
 * @returns undefined if the signal aborts
 * @throws {ApiError} if the API refuses it
 */
export async function retryRequest<Data, Variables>(
  operation: Operation<Data, Variables>,
  variables: Variables,
  signal: AbortSignal,
): Promise<Data | undefined> {
  while (!signal.aborted) {
    try {
      return await request(operation, variables, signal);
    } catch (problem) {
      if (problem instanceof ApiError) throw problem;
    }
    await pause(RETRY_MS, signal);
  }
  return undefined;
}
