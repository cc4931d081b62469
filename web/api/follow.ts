/// <reference lib="dom" />
/**
 * Subscriptions of the panel. A feed outlives its connection: when that breaks, the feed asks again from
 * its cursor, until there is nothing more to come. No point is lost, none comes twice.
 */
import type { Operation } from "./operation.ts";
import { pause } from "./pause.ts";
import { ApiError } from "./request.ts";
import { socket } from "./socket.ts";

/** A feed's cursor and what it does with what comes. */
export interface Feed<Data, Variables extends Record<string, unknown>> {
  /** Asked for at each connection: holds the cursor. */
  variables(): Variables;
  next(data: Data): void;
  /** Asked when the subscription ends or its connection does. */
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
 * One connection's worth.
 *
 * @returns when the server completes it, the connection breaks or the signal aborts: whether anything came
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
