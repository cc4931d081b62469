/// <reference lib="dom" />
/**
 * The page's one WebSocket to the server (graphql-transport-ws), and its state. All feeds share it: a
 * browser opens at most six HTTP/1.1 connections to a server over all tabs, and each stream of server-sent
 * events would hold one.
 */
import { type Client, createClient } from "graphql-ws";
import { SOCKET_ENDPOINT } from "./endpoint.ts";

/** State of the connection to the server. */
export type Connection = "connecting" | "live" | "reconnecting";

let current: Connection = "connecting";
const listeners = new Set<() => void>();

function become(connection: Connection): void {
  if (connection === current) return;
  current = connection;
  for (const listener of listeners) listener();
}

/** The socket's client: connects with the first subscription, closes after the last. */
export const socket: Client = createClient({
  url: SOCKET_ENDPOINT,
  // Feeds reconnect themselves (follow.ts): only they know their cursors.
  retryAttempts: 0,
  keepAlive: 10_000,
  lazyCloseTimeout: 2000,
  on: {
    connected: () => become("live"),
    closed: (event) => become(isNormal(event) ? "connecting" : "reconnecting"),
  },
});

/** The connection, as an external store of React. */
export const connectionStore = {
  get: (): Connection => current,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

/** Tells a close by the page itself, when the last feed ended, from a lost connection. */
function isNormal(event: unknown): boolean {
  return event instanceof CloseEvent && event.code === 1000;
}
