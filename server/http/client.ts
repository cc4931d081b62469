/** Client of a request: the viewer that its token names, and the address of its machine. */
import { LOCAL, type Viewer } from "../../schema/base/access.ts";

/** Transports of subscriptions. */
export const TRANSPORTS = ["sse", "websocket"] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** Sender of a request, before authentication. */
export interface Caller {
  /** Address of its machine, as far as it is known. */
  readonly address: string;
  /** Id of its request; on a WebSocket, of the upgrade request. */
  readonly requestId: string;
}

/** Authenticated client of one operation. */
export interface Client extends Caller {
  readonly viewer: Viewer;
  /** End of its session, in milliseconds since 1970. A WebSocket is closed at that time. */
  readonly endsAt?: number | undefined;
}

/** Returns the key that a client's limits are counted by: its token, or its address where no token is required. */
export function keyOf({ viewer, address }: Client): string {
  return viewer.name === LOCAL.name ? address : keyOfToken(viewer.name);
}

/** Returns the same key for a token's name. */
export function keyOfToken(name: string): string {
  return `token ${name}`;
}

/**
 * Returns the address that a request came from.
 *
 * @param peer other end of the connection
 * @param proxies number of proxies in front of the server. Each appends its client's address to X-Forwarded-For; any
 *   other content of that header may be forged
 */
export function addressOf(request: Request, peer: string, proxies: number): string {
  if (proxies === 0) return peer;
  const forwarded = request.headers.get("x-forwarded-for")?.split(",") ?? [];
  const address = forwarded.at(-proxies)?.trim() ?? "";
  return /^[0-9a-fA-F.:]{2,45}$/.test(address) ? address : peer;
}
