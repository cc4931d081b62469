/**
 * The older subprotocol `graphql-ws` of subscriptions-transport-ws, translated message by message to
 * graphql-transport-ws, so that both have the same limits, scopes and ends. Not subscriptions-transport-ws itself: it
 * is not maintained, brings its own WebSocket server and executes operations past Yoga.
 *
 * @see https://github.com/apollographql/subscriptions-transport-ws/blob/master/PROTOCOL.md
 */
import { CloseCode, MessageType } from "graphql-ws";
import type { Decoded, Subprotocol } from "./subprotocol.ts";

/** A message of either protocol. */
interface Message {
  readonly type?: unknown;
  readonly id?: unknown;
  readonly payload?: unknown;
}

const NORMAL_CLOSURE = 1000;

/** Types of a client's messages in graphql-transport-ws. */
const FROM_CLIENT: ReadonlyMap<unknown, MessageType> = new Map([
  ["connection_init", MessageType.ConnectionInit],
  ["start", MessageType.Subscribe],
  ["stop", MessageType.Complete],
]);

/** The subprotocol. */
export const legacyProtocol: Subprotocol = {
  name: "graphql-ws",
  decode(text) {
    const message = parseObject(text);
    if (message?.type === "connection_terminate") return close(NORMAL_CLOSURE, "");
    const type = FROM_CLIENT.get(message?.type);
    if (!message || !type) {
      return close(CloseCode.BadRequest, "Invalid message received: the subprotocol is graphql-ws");
    }
    return { type: "message", message: JSON.stringify({ ...message, type }) };
  },
  encode(text) {
    const { type, id, payload } = JSON.parse(text) as Message;
    if (type === MessageType.Next) return JSON.stringify({ type: "data", id, payload });
    if (type === MessageType.Error) {
      return JSON.stringify({ type: "error", id, payload: firstError(payload) });
    }
    return text;
  },
  rejection: (message) => JSON.stringify({ type: "connection_error", payload: { message } }),
};

/** Returns the one error that a message may hold; clients that know a list of `errors` find all of them. */
function firstError(payload: unknown): unknown {
  const errors: readonly unknown[] = Array.isArray(payload) ? payload : [payload];
  const [first] = errors;
  return errors.length > 1 ? { ...first as object, errors } : first;
}

function parseObject(text: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function close(code: number, reason: string): Decoded {
  return { type: "close", code, reason };
}
