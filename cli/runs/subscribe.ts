/**
 * A subscription that outlives its connection: when that breaks, it subscribes again from its cursor. It
 * retries for as long as the server cannot be reached.
 */
import { type Client, CloseCode, createClient } from "graphql-ws";
import { delay } from "../../lib/delay.ts";
import type { Operation } from "../../web/api/operation.ts";
import { RefusedError, UnavailableError } from "./errors.ts";
import { errorOf, type Server, TOKEN_NEEDED } from "./server.ts";
import { MAX_RECONNECT_MS, PING_MS, PONG_TIMEOUT_MS, RECONNECT_MS } from "../timeouts.ts";

/** A feed's cursor and the handlers of its events. */
export interface Feed<Data, Variables extends Record<string, unknown>> {
  /** Returns the variables of the next connection, with the cursor. */
  variables(): Variables;
  next(data: Data): void;
  /** Resolves to true if nothing more can come. Called when the subscription or its connection ends. */
  isOver(): Promise<boolean>;
  /** Called when the connection is lost. */
  onLost(): void;
  /** Called when it is restored. */
  onBack(): void;
}

/**
 * Follows a subscription to its end or until the signal aborts, over any number of connections.
 *
 * @throws {RefusedError} if the server refuses it
 */
export async function follow<Data, Variables extends Record<string, unknown>>(
  server: Server,
  operation: Operation<Data, Variables>,
  feed: Feed<Data, Variables>,
  signal: AbortSignal,
): Promise<void> {
  let isLost = false;
  const client = connect(server, () => {
    if (isLost) feed.onBack();
    isLost = false;
  });
  try {
    for (let failures = 0; !signal.aborted; failures++) {
      try {
        const received = await followOnce(client, operation, feed, signal);
        if (received) failures = 0;
        if (signal.aborted || await feed.isOver()) return;
      } catch (error) {
        if (!(error instanceof UnavailableError)) throw error;
      }
      if (signal.aborted) return;
      if (!isLost) feed.onLost();
      isLost = true;
      await delay(Math.min(MAX_RECONNECT_MS, RECONNECT_MS * 2 ** failures), signal);
    }
  } finally {
    client.terminate();
  }
}

/**
 * Follows a subscription over one connection.
 *
 * @returns true if anything arrived before the server completed it, the connection broke or the signal
 * aborted
 */
function followOnce<Data, Variables extends Record<string, unknown>>(
  client: Client,
  { query }: Operation<Data, Variables>,
  feed: Feed<Data, Variables>,
  signal: AbortSignal,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let received = false;
    const stop = client.subscribe<Data>({ query, variables: feed.variables() }, {
      next({ data, errors }) {
        if (errors?.length) {
          reject(errorOf(errors));
          stop();
        } else if (data) {
          received = true;
          feed.next(data);
        }
      },
      error(error) {
        if (Array.isArray(error)) reject(errorOf(error));
        else if (isRefusal(error)) reject(new RefusedError(TOKEN_NEEDED));
        else resolve(received);
      },
      complete: () => resolve(received),
    });
    signal.addEventListener("abort", stop, { once: true });
  });
}

/** Creates one client for all connections of a feed, one after the other. */
function connect({ socketUrl, authorization }: Server, onConnected: () => void): Client {
  let late: ReturnType<typeof setTimeout> | undefined;
  const client = createClient({
    url: socketUrl,
    connectionParams: { authorization },
    // The feed reconnects itself: only it knows its cursor.
    retryAttempts: 0,
    keepAlive: PING_MS,
    connectionAckWaitTimeout: PONG_TIMEOUT_MS,
    on: {
      connected: onConnected,
      // A machine that crashed sends no close.
      ping(received) {
        if (!received) late = setTimeout(() => client.terminate(), PONG_TIMEOUT_MS);
      },
      pong(received) {
        if (received) clearTimeout(late);
      },
      closed: () => clearTimeout(late),
    },
  });
  return client;
}

function isRefusal(error: unknown): boolean {
  return error instanceof CloseEvent &&
    (error.code === CloseCode.Unauthorized || error.code === CloseCode.Forbidden);
}
