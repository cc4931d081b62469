/**
 * Ties a Deno socket to the protocol: messages in, backpressure out, and every way in which a connection ends.
 *
 * Not graphql-ws/use/deno: it reads the subprotocol from the socket, which Deno leaves empty on the server's side.
 */
import {
  CloseCode,
  GRAPHQL_TRANSPORT_WS_PROTOCOL,
  MessageType,
  parseMessage,
  type Server,
} from "graphql-ws";
import { REVOKED } from "../../auth/tokens.ts";
import { MAX_OPERATIONS_PER_SOCKET, MAX_REQUEST_BYTES } from "../../limits.ts";
import { serverLog } from "../../observability/log.ts";
import { createBackpressuredSocket } from "./backpressure.ts";
import type { Connection } from "./protocol.ts";
import type { Subprotocol } from "./subprotocol.ts";
import { SUBPROTOCOL_NAMES } from "./choose_subprotocol.ts";

/** Options of connectSocket(). */
export interface ConnectOptions {
  readonly protocol: Server<Connection>;
  /** Negotiated subprotocol; undefined if the client offers none that is supported. */
  readonly subprotocol: Subprotocol | undefined;
  readonly connection: Omit<Connection, "reject">;
  /** Longest time that a client may leave pending messages unread. */
  readonly stallMs: number;
  /** Called when the socket is closed. */
  onClose(): void;
}

/** A connected socket. */
export interface ConnectedSocket {
  /** Disconnects the client if its token is among those of the given names, which were revoked. */
  revoke(names: ReadonlySet<string>): void;
}

/** Each operation sends one message at a time; more of them answer further requests of the client. */
const MAX_WAITING_MESSAGES = 2 * MAX_OPERATIONS_PER_SOCKET;

const UNSUPPORTED_DATA = 1003;
const MESSAGE_TOO_BIG = 1009;
/** Clients such as graphql-ws reconnect after this code. */
const TRY_AGAIN_LATER = 1013;
/** At most 123 bytes, as WebSockets require of a reason. */
const SUBPROTOCOL_NOT_ACCEPTABLE = `Subprotocol not acceptable: Sec-WebSocket-Protocol must be ${
  SUBPROTOCOL_NAMES.join(" or ")
}`;
const SLOW_CONSUMER = "The client must take what it has asked for, and a ping must be answered";

/** Connects a socket to the protocol until either side closes it. */
export function connectSocket(socket: WebSocket, options: ConnectOptions): ConnectedSocket {
  const { protocol, subprotocol, stallMs, onClose } = options;
  const { endsAt } = options.connection;
  const connection: Connection = {
    ...options.connection,
    reject(code, reason) {
      const message = subprotocol?.rejection(reason);
      if (message !== undefined) socket.send(message);
      socket.close(code, reason);
    },
  };
  let closeProtocol = async (_code: number, _reason: string): Promise<void> => {};

  function endOperations(code: number, reason: string): void {
    closeProtocol(code, reason).catch((error) => {
      serverLog.error("A WebSocket's subscriptions could not be ended: {error}", { error });
    });
  }

  /** Ends the operations at once: the close event arrives only after everything that is still buffered. */
  function disconnect(code: number, reason: string): void {
    endOperations(code, reason);
    socket.close(code, reason);
  }

  const send = createBackpressuredSocket(socket, {
    stallMs,
    maxWaiting: MAX_WAITING_MESSAGES,
    onGone: () => disconnect(TRY_AGAIN_LATER, SLOW_CONSUMER),
  });
  const expiry = endsAt === undefined ? undefined : setTimeout(() => {
    disconnect(
      CloseCode.Unauthorized,
      "UNAUTHENTICATED: the session has ended, sign in again",
    );
  }, endsAt - Date.now());
  socket.onopen = () => {
    if (!subprotocol) {
      disconnect(CloseCode.SubprotocolNotAcceptable, SUBPROTOCOL_NOT_ACCEPTABLE);
      return;
    }
    closeProtocol = protocol.opened({
      protocol: GRAPHQL_TRANSPORT_WS_PROTOCOL,
      send: (message) => send(subprotocol.encode(message)),
      close: (code, reason) => socket.close(code, reason),
      onMessage(receive) {
        socket.onmessage = ({ data }) => receiveMessage(socket, data, subprotocol, receive);
      },
    }, connection);
  };
  // Deno reports clients that vanished as errors; a close event follows.
  socket.onerror = (event) => {
    serverLog.debug("A WebSocket broke: {reason}", {
      reason: event instanceof ErrorEvent ? event.message : "",
    });
  };
  socket.onclose = ({ code, reason }) => {
    clearTimeout(expiry);
    onClose();
    endOperations(code, reason);
  };
  return {
    revoke(names) {
      if (!connection.viewer || !names.has(connection.viewer.name)) return;
      disconnect(CloseCode.Unauthorized, `UNAUTHENTICATED: ${REVOKED}`);
    },
  };
}

/** Passes a message to the protocol, or closes the socket if it cannot be one. */
async function receiveMessage(
  socket: WebSocket,
  data: unknown,
  subprotocol: Subprotocol,
  receive: (message: string) => Promise<void>,
): Promise<void> {
  if (typeof data !== "string") {
    socket.close(UNSUPPORTED_DATA, "A message must be text");
    return;
  }
  if (data.length > MAX_REQUEST_BYTES) {
    socket.close(MESSAGE_TOO_BIG, `A message must have at most ${MAX_REQUEST_BYTES} bytes`);
    return;
  }
  const decoded = subprotocol.decode(data);
  if (decoded.type === "close") {
    socket.close(decoded.code, decoded.reason);
    return;
  }
  try {
    await receive(decoded.message);
  } catch (error) {
    if (isServerMessage(decoded.message)) {
      socket.close(CloseCode.BadRequest, "Invalid message received");
      return;
    }
    serverLog.error("A WebSocket's message failed: {error}", { error });
    socket.close(CloseCode.InternalServerError, "Unexpected error");
  }
}

/** Returns whether only servers send such a message; graphql-ws throws at one without closing the socket. */
function isServerMessage(message: string): boolean {
  const { type } = parseMessage(message);
  return type === MessageType.ConnectionAck || type === MessageType.Next ||
    type === MessageType.Error;
}
