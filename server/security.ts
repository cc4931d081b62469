/**
 * Who may speak to the server: the checks that come before any route. A token where one is configured, the
 * Host of this machine where only this machine is to be served, and no other site's pages.
 */
import { isLoopback } from "../config.ts";
import { refuse } from "./errors.ts";
import { isSameSecret } from "./secret.ts";
import { isSession } from "./session.ts";

/**
 * Refuses a Host that is not this machine's. A page of another site whose name was made to point here (DNS
 * rebinding) is of the same origin to the browser, but it cannot change the Host.
 *
 * @param hostname where the server listens; beyond the loopback it has names that it does not know, and a token
 */
export function refuseHost(request: Request, hostname: string): Response | undefined {
  const host = new URL(request.url).hostname.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  if (!isLoopback(hostname) || isLoopback(host) || host.endsWith(".localhost")) return undefined;
  return refuse(
    403,
    "FORBIDDEN",
    `Cannot answer for the host ${host}: the Host header must be localhost or 127.0.0.1, got ${host}.`,
  );
}

/** Refuses what another site's page asks for. Programs send no Origin and pass. */
export function refuseOrigin(request: Request): Response | undefined {
  const origin = request.headers.get("origin");
  const site = request.headers.get("sec-fetch-site");
  const navigates = request.headers.get("sec-fetch-mode") === "navigate";
  const own = origin === null
    ? site !== "cross-site" || (navigates && request.method === "GET")
    // A proxy may speak TLS for us: the scheme does not count.
    : URL.parse(origin)?.host === new URL(request.url).host;
  if (own) return undefined;
  return refuse(
    403,
    "FORBIDDEN",
    `Cannot answer a page of ${origin ?? "another site"}: ` +
      `the origin must be the server's own, ${new URL(request.url).host}.`,
  );
}

/** Whether a request shows the token, as a header or by the session that the sign-in page gave. */
export function isAuthenticated(request: Request, token: string | undefined): boolean {
  if (token === undefined) return true;
  // A proxy may put an Authorization of its own on a request with our cookie.
  return isBearer(request.headers.get("authorization"), token) ||
    isSession(request.headers.get("cookie"), token);
}

/** Whether an Authorization value is the token. */
export function isBearer(authorization: unknown, token: string): boolean {
  const given = typeof authorization === "string" && /^bearer +(\S+)$/i.exec(authorization)?.[1];
  return typeof given === "string" && isSameSecret(given, token);
}

/** What a client without the token is told. */
export const UNAUTHENTICATED_MESSAGE =
  "Cannot answer without the token: the header must be 'Authorization: Bearer TOKEN' " +
  "with the server's EPOCHQL_TOKEN.";

/** The refusal of a request without the token. */
export function refuseUnauthenticated(): Response {
  return refuse(401, "UNAUTHENTICATED", UNAUTHENTICATED_MESSAGE, {
    "www-authenticate": 'Bearer realm="epochql"',
  });
}

/** Puts on a response what holds for all of them, unless its route says otherwise. */
export function secured(response: Response): Response {
  for (const [name, value] of Object.entries(HEADERS)) {
    if (!response.headers.has(name)) response.headers.set(name, value);
  }
  return response;
}

const HEADERS = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  // Not 'no-referrer', with which browsers send the sign-in form with the Origin 'null'.
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
} as const;
