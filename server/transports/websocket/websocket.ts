/** GraphQL over WebSocket: accepts sockets, counts them, and closes them all on a stop. */
import { trace } from "@opentelemetry/api";
import { errorMessage } from "../../../lib/error_message.ts";
import { identityOf, showsToken } from "../../auth/security.ts";
import type { Caller } from "../../http/client.ts";
import { refuse } from "../../http/errors.ts";
import { WEBSOCKET_IDLE_MS } from "../../timeouts.ts";
import { type ConnectedSocket, connectSocket } from "./connect.ts";
import { createProtocol, type ProtocolOptions } from "./protocol.ts";
import { chooseSubprotocol } from "./choose_subprotocol.ts";

/** Open WebSockets of a server. */
export interface WebSockets {
  /** Accepts a request for a WebSocket, or refuses it. */
  upgrade(request: Request, caller: Caller): Response;
  /** Number of open sockets. */
  readonly open: number;
  /** Disconnects clients whose tokens, given by name, were revoked. */
  revoke(names: ReadonlySet<string>): void;
  /** Closes all sockets as 'service restart', after which clients reconnect. Resolves when they are closed. */
  close(): Promise<void>;
}

/** Options of createWebSockets(). */
export interface WebSocketOptions extends ProtocolOptions {
  /** Longest time that a client may leave pending messages unread. */
  readonly stallMs: number;
}

/** Not 1001: some clients take that for the end of their subscriptions. */
const SERVICE_RESTART = 1012;

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
      const others = addresses.get(address) ?? 0;
      if (others >= limits.subscriptions) return tooManySockets(limits.subscriptions, others + 1);
      // Deno reads no headers of a request that was upgraded.
      const identity = identityOf(request, tokens());
      const hasInvalidToken = !identity && showsToken(request, tokens());
      const upgraded = upgrade(request, Math.min(WEBSOCKET_IDLE_MS, stallMs));
      if (upgraded instanceof Response) return upgraded;
      const { socket, response, subprotocol } = upgraded;
      addresses.set(address, others + 1);
      const gone = new AbortController();
      socket.addEventListener("close", () => gone.abort());
      const connected = connectSocket(socket, {
        protocol,
        subprotocol,
        connection: {
          caller,
          viewer: identity?.viewer,
          hasInvalidToken,
          endsAt: identity?.endsAt,
          gone: gone.signal,
          opened: trace.getActiveSpan()?.spanContext(),
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
      for (const socket of sockets.keys()) {
        socket.close(SERVICE_RESTART, "The server is stopping");
      }
      return closed;
    },
  };
}

/** Upgrades a request to a WebSocket, or refuses it. */
function upgrade(request: Request, idleMs: number) {
  const { headers } = request;
  const version = headers.get("sec-websocket-version");
  if (version !== "13") {
    return refuseUpgrade("Sec-WebSocket-Version must be 13", { "sec-websocket-version": "13" });
  }
  const subprotocol = chooseSubprotocol(headers.get("sec-websocket-protocol") ?? "");
  try {
    const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: idleMs / 1000 });
    // Deno's own option fails where the client separates its offers by a bare comma.
    if (subprotocol) response.headers.set("Sec-WebSocket-Protocol", subprotocol.name);
    return { socket, response, subprotocol };
  } catch (error) {
    return refuseUpgrade(`the handshake must be complete. ${errorMessage(error)}`);
  }
}

function refuseUpgrade(rule: string, headers: Readonly<Record<string, string>> = {}): Response {
  return refuse(426, "BAD_USER_INPUT", `Cannot open a WebSocket: ${rule}.`, headers);
}

function tooManySockets(max: number, count: number): Response {
  return refuse(
    429,
    "RATE_LIMITED",
    `Cannot open a WebSocket: an address must have at most ${max} of them open, ` +
      `got ${count}. Close one first.`,
  );
}
