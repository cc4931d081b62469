/// <reference lib="dom" />
/** Queries that are repeated until the server answers. */
import { retry } from "../../lib/retry.ts";
import { REQUEST_RETRY_MS } from "../timeouts.ts";
import type { Operation } from "./operation.ts";
import { ApiError, request } from "./request.ts";

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
  try {
    return await retry(() => request(operation, variables, signal), {
      signal,
      pauseMs: REQUEST_RETRY_MS,
      isTransient: (error) => !(error instanceof ApiError),
    });
  } catch (error) {
    if (error instanceof ApiError) throw error;
    return undefined;
  }
}
