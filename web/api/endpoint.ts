/// <reference lib="dom" />
/** Addresses of the API, on the server that the page came from. */

/** GraphQL over HTTP and server-sent events. */
export const ENDPOINT = new URL("/graphql", location.href).href;

/** GraphQL over WebSocket (graphql-transport-ws), at the same path. */
export const SOCKET_ENDPOINT = ENDPOINT.replace(/^http/, "ws");

/** The form that gives the page its session. */
export const SIGN_IN_ENDPOINT = new URL("/sign-in", location.href).href;
