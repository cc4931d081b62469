/// <reference lib="dom" />
/** A query that is repeated until the server answers. */
import type { Operation } from "./operation.ts";
import { pause } from "./pause.ts";
import { ApiError, request } from "./request.ts";

const RETRY_MS = 1000;

/**
 * Repeats a query until the server answers it.
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
