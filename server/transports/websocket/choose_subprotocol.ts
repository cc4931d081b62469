/** Subprotocols of GraphQL over WebSocket, and the choice among those that a client offers. */
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from "graphql-ws";
import { legacyProtocol } from "./legacy_protocol.ts";
import type { Subprotocol } from "./subprotocol.ts";

const transportProtocol: Subprotocol = {
  name: GRAPHQL_TRANSPORT_WS_PROTOCOL,
  decode: (message) => ({ type: "message", message }),
  encode: (message) => message,
  rejection: () => undefined,
};

/** Subprotocols by preference. */
const SUBPROTOCOLS: readonly Subprotocol[] = [transportProtocol, legacyProtocol];

/** Names of the subprotocols, by preference. */
export const SUBPROTOCOL_NAMES = SUBPROTOCOLS.map(({ name }) => name);

/**
 * Chooses a subprotocol.
 *
 * @param offered value of Sec-WebSocket-Protocol, a list by RFC 9110: spaces around commas are optional
 */
export function chooseSubprotocol(offered: string): Subprotocol | undefined {
  const names = offered.split(",").map((name) => name.trim());
  return SUBPROTOCOLS.find(({ name }) => names.includes(name));
}
