/** Interface of a subprotocol of GraphQL over WebSocket. */

/** A subprotocol, as a translation from and to graphql-transport-ws. */
export interface Subprotocol {
  /** Name in Sec-WebSocket-Protocol. */
  readonly name: string;
  /** Translates a client's message. */
  decode(message: string): Decoded;
  /** Translates a server's message. */
  encode(message: string): string;
  /** Returns the message that explains why a connection is rejected, if the subprotocol has one. */
  rejection(reason: string): string | undefined;
}

/** A message for graphql-transport-ws, or the end of the connection. */
export type Decoded =
  | { readonly type: "message"; readonly message: string }
  | { readonly type: "close"; readonly code: number; readonly reason: string };
