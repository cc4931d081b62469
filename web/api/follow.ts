/// <reference lib="dom" />
/**
 * Subscriptions of the panels. A feed outlives its connection: when that breaks, it subscribes again from
 * its cursor. No event is lost or repeated.
 */
import type { Operation } from "./operation.ts";
import { pause } from "./pause.ts";
import { ApiError } from "./request.ts";
import { socket } from "./socket.ts";

/** A feed's cursor and the handler of its events. */
export interface Feed<Data, Variables extends Record<string, unknown>> {
  /** Returns the variables of the next connection, with the cursor. */
  variables(): Variables;
  next(data: Data): void;
  /** Resolves to true if nothing more can come. Called when the subscription or its connection ends. */
  isOver(): Promise<boolean>;
}

const FIRST_DELAY_MS = 250;
const LAST_DELAY_MS = 4000;

/**
 * Follows a subscription to its end or until the signal aborts, over any number of connections.
 *
 * @throws {ApiError} if the API refuses it
 */
export async function follow<Data, Variables extends Record<string, unknown>>(
  operation: Operation<Data, Variables>,
  feed: Feed<Data, Variables>,
  signal: AbortSignal,
): Promise<void> {
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      const heard = await followOnce(operation, feed, signal);
      if (signal.aborted || await feed.isOver()) return;
      if (heard) failures = 0;
    } catch (error) {
      if (error instanceof ApiError) throw error;
    }
    await pause(Math.min(LAST_DELAY_MS, FIRST_DELAY_MS * 2 ** failures), signal);
  }
}

/**
 * Follows a subscription over one connection.
 *
 * @returns true if anything arrived before the server completed it, the connection broke or the signal
 * aborted
 * @throws {ApiError} if the API refuses it
 */
function followOnce<Data, Variables extends Record<string, unknown>>(
  { query }: Operation<Data, Variables>,
  feed: Feed<Data, Variables>,
  signal: AbortSignal,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let heard = false;
    const stop = socket.subscribe<Data>({ query, variables: feed.variables() }, {
      next({ data, errors }) {
        heard = true;
        if (errors?.length) {
          reject(new ApiError(errors));
          stop();
        } else if (data) {
          feed.next(data);
        }
      },
      error: (error) => Array.isArray(error) ? reject(new ApiError(error)) : resolve(heard),
      complete: () => resolve(heard),
    });
    signal.addEventListener("abort", stop, { once: true });
  });
}
