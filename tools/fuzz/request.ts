/** A request of the fuzzer: by HTTP, by WebSocket or on an event stream. */
import type { Pool } from "./pool.ts";
import type { Written } from "./write.ts";

/** Kinds of requests, with their descriptions and percentages. */
export const KINDS = {
  valid: { title: "valid operations by HTTP", share: 50 },
  socket: { title: "valid operations by WebSocket", share: 8 },
  stream: { title: "valid operations by one event stream", share: 4 },
  file: { title: "runs' files", share: 4 },
  import: { title: "uploads and imports", share: 6 },
  wild: { title: "operations with something wrong", share: 10 },
  text: { title: "texts that are damaged, or much", share: 7 },
  oddity: { title: "operations with odd parameters", share: 5 },
  http: { title: "requests that are wrong as HTTP", share: 4 },
  message: { title: "messages that are wrong by WebSocket", share: 2 },
} as const;
export type Kind = keyof typeof KINDS;

/** A request by HTTP. */
export interface HttpRequest {
  readonly kind: Exclude<Kind, "socket" | "message" | "stream">;
  readonly transport: "http";
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  /** After '?'. */
  readonly search: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer> | null;
  /** The operation, if it is known. */
  readonly asked?: Written;
}

/** Messages on a WebSocket of their own. */
export interface SocketRequest {
  readonly kind: "socket" | "message";
  readonly transport: "websocket";
  readonly messages: readonly (string | Uint8Array<ArrayBuffer>)[];
  readonly asked?: Written;
}

/** An operation on an event stream of its own, by graphql-sse's single connection mode. */
export interface StreamRequest {
  readonly kind: "stream";
  readonly transport: "stream";
  readonly asked: Written;
}

export type FuzzRequest = HttpRequest | SocketRequest | StreamRequest;

/** A request that is complete except for values of the server. */
export type Draft = (pool: Pool) => FuzzRequest;

export const JSON_TYPE = "application/json";
export const ANSWERS = ["application/json", "application/graphql-response+json"] as const;
export const ACCEPTS = [
  ...ANSWERS,
  ...["*/*", "text/event-stream", "multipart/mixed", "nonsense", "text/html"],
  ...["application/json, text/event-stream;q=0.1", "text/event-stream, */*", ", ;q=x,"],
] as const;

export const INIT = JSON.stringify({ type: "connection_init" });
