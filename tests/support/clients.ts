/** The clients of graphql-sse and graphql-ws, which do not come back after a lost connection. */
import {
  type Client as SseClient,
  type ClientOptions as SseOptions,
  createClient as createSse,
} from "graphql-sse";
import {
  type Client as WsClient,
  type ClientOptions as WsOptions,
  createClient as createWs,
} from "graphql-ws";

/** Creates a client of server-sent events, one connection per operation. */
export function sseClient(origin: string, options: Partial<SseOptions<false>> = {}): SseClient {
  return createSse({ url: `${origin}/graphql`, retryAttempts: 0, ...options });
}

/** Creates a client of server-sent events that has one connection for all operations. */
export function singleSseClient(
  origin: string,
  options: Partial<SseOptions<true>> = {},
): SseClient<true> {
  return createSse({
    url: `${origin}/graphql`,
    retryAttempts: 0,
    ...options,
    singleConnection: true,
  });
}

/** Creates a client of graphql-transport-ws. */
export function wsClient(origin: string, options: Partial<WsOptions> = {}): WsClient {
  return createWs({ url: `${origin.replace("http", "ws")}/graphql`, retryAttempts: 0, ...options });
}
