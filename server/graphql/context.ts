/** Context of GraphQL operations: the client of each, from the transport to the resolvers. */
import type { YogaServerInstance } from "graphql-yoga";
import type { ApiContext } from "../../schema/base/context.ts";
import type { Client } from "../http/client.ts";

/** Yoga with the schema's context for each operation. */
export type Yoga = YogaServerInstance<TransportContext, OperationContext>;

/** Context that a transport passes along with an operation. HTTP attaches the client to the request instead. */
export type TransportContext = { readonly client?: Client };

/** Context that plugins and resolvers get. */
export type OperationContext = ApiContext & { readonly client: Client };

/**
 * Key of a request's client. Yoga copies an object that is passed beside a request, and a WeakMap of all
 * requests slows down garbage collection.
 */
const CLIENT = Symbol("client");

type IdentifiedRequest = Request & { [CLIENT]?: Client };

/** Attaches the client to its request. */
export function attachClient(request: IdentifiedRequest, client: Client): void {
  request[CLIENT] = client;
}

/** Returns the client of a request; undefined where an operation comes by WebSocket and has no request. */
export function clientOf(request: IdentifiedRequest | undefined): Client | undefined {
  return request?.[CLIENT];
}
