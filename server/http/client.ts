/** Who is at the other end of a request: whom its token names, and which machine it came from. */
import { LOCAL, type Viewer } from "../../schema/base/access.ts";

/** Transports of subscriptions. */
export const TRANSPORTS = ["sse", "websocket"] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** The other end of a request. */
export interface Caller {
  /** The address of its machine, as far as that is known. */
  readonly address: string;
  /** Of its request; of the one that opened the WebSocket, if it asks by one. */
  readonly requestId: string;
}

/** A client of one operation. */
export interface Client extends Caller {
  readonly viewer: Viewer;
  /** When the session ends by which they ask, in milliseconds since 1970. On a WebSocket, the socket ends with it. */
  readonly endsAt?: number | undefined;
}

/** What limits are counted by: the token, from wherever it is shown; the address where no token is asked for. */
export function keyOf({ viewer, address }: Client): string {
  return viewer.name === LOCAL.name ? address : keyOfToken(viewer.name);
}

/** The same of a token's name. */
export function keyOfToken(name: string): string {
  return `token ${name}`;
}

/**
 * The address that a request came from.
 *
 * @param peer the other end of the connection
 * @param proxies how many proxies stand before the server. Each adds who asked it to X-Forwarded-For; what else that
 *   header says, anybody may have written
 */
export function addressOf(request: Request, peer: string, proxies: number): string {
  if (proxies === 0) return peer;
  const forwarded = request.headers.get("x-forwarded-for")?.split(",") ?? [];
  const address = forwarded.at(-proxies)?.trim() ?? "";
  return /^[0-9a-fA-F.:]{2,45}$/.test(address) ? address : peer;
}
