/// <reference lib="dom" />
/**
 * Subscriptions of the panels. A feed outlives its connection: when that breaks, it subscribes again from
 * its cursor. No event is lost or repeated.
 */
import type { Operation } from "./operation.ts";
import { delay } from "../../lib/delay.ts";
import { ApiError, mayPass } from "./request.ts";
import { sessionValid } from "./session.ts";
import { socket } from "./socket.ts";
import { MAX_RECONNECT_MS, RECONNECT_MS } from "../timeouts.ts";

/** A feed's cursor and the handler of its events. */
export interface Feed<Data, Variables extends Record<string, unknown>> {
  /** Returns the variables of the next connection, with the cursor. */
  variables(): Variables;
  next(data: Data): void;
  /** Resolves to true if nothing more can come. Called when the subscription or its connection ends. */
  isOver(): Promise<boolean>;
}

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
    await sessionValid(signal);
    if (signal.aborted) return;
    try {
      const received = await followOnce(operation, feed, signal);
      if (signal.aborted || await feed.isOver()) return;
      if (received) failures = 0;
    } catch (error) {
      if (!mayPass(error)) throw error;
    }
    await delay(Math.min(MAX_RECONNECT_MS, RECONNECT_MS * 2 ** failures), signal);
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
    let received = false;
    const stop = socket.subscribe<Data>({ query, variables: feed.variables() }, {
      next({ data, errors }) {
        received = true;
        if (errors?.length) {
          reject(new ApiError(errors));
          stop();
        } else if (data) {
          feed.next(data);
        }
      },
      error: (error) => Array.isArray(error) ? reject(new ApiError(error)) : resolve(received),
      complete: () => resolve(received),
    });
    signal.addEventListener("abort", stop, { once: true });
  });
}
