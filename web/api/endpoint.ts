/// <reference lib="dom" />
/** Where the API is: on the server that the page came from. */

/** GraphQL over HTTP and server-sent events. */
export const ENDPOINT = new URL("/graphql", location.href).href;

/** GraphQL over WebSocket (graphql-transport-ws): the same path. */
export const SOCKET_ENDPOINT = ENDPOINT.replace(/^http/, "ws");
