/// <reference lib="dom" />
/**
 * The page's one WebSocket to the server (graphql-transport-ws), and its state. All feeds share it: a
 * browser opens at most six HTTP/1.1 connections to a server over all tabs, and each stream of server-sent
 * events would hold one.
 */
import { type Client, CloseCode, createClient } from "graphql-ws";
import { createValueStore } from "../parts/value_store.ts";
import { SOCKET_ANSWER_MS, SOCKET_PING_MS } from "../timeouts.ts";
import { checkBuild } from "./build.ts";
import { SOCKET_ENDPOINT } from "./endpoint.ts";
import { endSession } from "./session.ts";

/** State of the connection to the server. */
export type Connection = "connecting" | "live" | "reconnecting" | "signed-out";

/** The state of the connection. */
export const connectionStore = createValueStore<Connection>("connecting");

/** Timer of the pong that is awaited. */
let giveUp: ReturnType<typeof setTimeout> | undefined;

/** The socket's client: connects with the first subscription, closes after the last. */
export const socket: Client = createClient({
  url: SOCKET_ENDPOINT,
  // Feeds reconnect themselves (follow.ts): only they know their cursors.
  retryAttempts: 0,
  keepAlive: SOCKET_PING_MS,
  lazyCloseTimeout: 2000,
  on: {
    connected() {
      connectionStore.set("live");
      checkBuild();
    },
    // A network that is gone does not close a connection: the browser would wait for minutes.
    ping(received) {
      if (received) return;
      clearTimeout(giveUp);
      giveUp = setTimeout(() => socket.terminate(), SOCKET_ANSWER_MS);
    },
    pong(received) {
      if (received) clearTimeout(giveUp);
    },
    closed(event) {
      clearTimeout(giveUp);
      connectionStore.set(stateAfter(event));
      if (connectionStore.get() === "signed-out") endSession();
    },
  },
});

/** Tells a close by the page itself, when the last feed ended, and the end of the session from a lost connection. */
function stateAfter(event: unknown): Connection {
  if (!(event instanceof CloseEvent)) return "reconnecting";
  if (event.code === CloseCode.Unauthorized) return "signed-out";
  return event.code === 1000 ? "connecting" : "reconnecting";
}
