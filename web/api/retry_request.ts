/// <reference lib="dom" />
/** Queries that are repeated until the server answers. */
import { retry } from "../../lib/retry.ts";
import { REQUEST_RETRY_MS } from "../timeouts.ts";
import type { Operation } from "./operation.ts";
import { ApiError, mayPass, request } from "./request.ts";

/**
 * Repeats a query until the server answers it.
 *
 * @param onRefusal receives the API's reason for which it is repeated
 * @returns undefined if the signal aborts
 * @throws {ApiError} if the API refuses it
 */
export async function retryRequest<Data, Variables>(
  operation: Operation<Data, Variables>,
  variables: Variables,
  signal: AbortSignal,
  onRefusal?: (error: ApiError) => void,
): Promise<Data | undefined> {
  const attempt = async () => {
    try {
      return await request(operation, variables, signal);
    } catch (error) {
      if (error instanceof ApiError && error.mayPass && !signal.aborted) onRefusal?.(error);
      throw error;
    }
  };
  try {
    return await retry(attempt, { signal, pauseMs: REQUEST_RETRY_MS, isTransient: mayPass });
  } catch (error) {
    if (error instanceof ApiError && !signal.aborted) throw error;
    return undefined;
  }
}
