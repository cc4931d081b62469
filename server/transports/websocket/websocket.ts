/** GraphQL over WebSocket (graphql-transport-ws): accepts sockets, counts them, and closes them all on a stop. */
import { trace } from "@opentelemetry/api";
import { handleProtocols } from "graphql-ws";
import { identityOf, showsToken } from "../../auth/security.ts";
import type { Caller } from "../../http/client.ts";
import { refuse } from "../../http/errors.ts";
import { WEBSOCKET_IDLE_MS } from "../../timeouts.ts";
import { type ConnectedSocket, connectSocket } from "./connect.ts";
import { createProtocol, type ProtocolOptions } from "./protocol.ts";

/** Open WebSockets of a server. */
export interface WebSockets {
  /** Accepts a request for a WebSocket, or refuses it. */
  upgrade(request: Request, caller: Caller): Response;
  /** Number of open sockets. */
  readonly open: number;
  /** Disconnects clients whose tokens, given by name, were revoked. */
  revoke(names: ReadonlySet<string>): void;
  /** Closes all sockets as 'going away', after which clients reconnect. Resolves when they are closed. */
  close(): Promise<void>;
}

/** Options of createWebSockets(). */
export interface WebSocketOptions extends ProtocolOptions {
  /** Longest time that a client may leave pending messages unread. */
  readonly stallMs: number;
}

const GOING_AWAY = 1001;

/** Creates an empty set of sockets. */
export function createWebSockets(options: WebSocketOptions): WebSockets {
  const { tokens, limits, stallMs } = options;
  const protocol = createProtocol(options);
  const sockets = new Map<WebSocket, ConnectedSocket>();
  /** Number of sockets of each address. */
  const addresses = new Map<string, number>();
  let onAllClosed = () => {};

  function remove(socket: WebSocket, address: string): void {
    sockets.delete(socket);
    const others = (addresses.get(address) ?? 0) - 1;
    if (others > 0) addresses.set(address, others);
    else addresses.delete(address);
    if (sockets.size === 0) onAllClosed();
  }

  return {
    upgrade(request, caller) {
      const { address } = caller;
      if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
        return refuse(426, "BAD_USER_INPUT", "Cannot open a WebSocket: Upgrade must be websocket.");
      }
      const others = addresses.get(address) ?? 0;
      if (others >= limits.subscriptions) return tooManySockets(limits.subscriptions, others + 1);
      addresses.set(address, others + 1);
      const requested = request.headers.get("sec-websocket-protocol") ?? "";
      const supported = handleProtocols(requested);
      const { socket, response } = Deno.upgradeWebSocket(request, {
        idleTimeout: Math.min(WEBSOCKET_IDLE_MS, stallMs) / 1000,
        ...(supported ? { protocol: supported } : {}),
      });
      const identity = identityOf(request, tokens());
      const gone = new AbortController();
      socket.addEventListener("close", () => gone.abort());
      const connected = connectSocket(socket, {
        protocol,
        subprotocol: supported || requested,
        connection: {
          caller,
          viewer: identity?.viewer,
          hasInvalidToken: !identity && showsToken(request),
          endsAt: identity?.endsAt,
          gone: gone.signal,
          opened: trace.getActiveSpan()?.spanContext(),
          close: (code, reason) => socket.close(code, reason),
        },
        stallMs,
        onClose: () => remove(socket, address),
      });
      sockets.set(socket, connected);
      return response;
    },
    get open() {
      return sockets.size;
    },
    revoke(names) {
      for (const socket of sockets.values()) socket.revoke(names);
    },
    close() {
      const closed = new Promise<void>((resolve) => {
        onAllClosed = resolve;
        if (sockets.size === 0) resolve();
      });
      for (const socket of sockets.keys()) socket.close(GOING_AWAY, "The server is stopping");
      return closed;
    },
  };
}

function tooManySockets(max: number, count: number): Response {
  return refuse(
    429,
    "RATE_LIMITED",
    `Cannot open a WebSocket: an address must have at most ${max} of them open, ` +
      `got ${count}. Close one first.`,
  );
}
