/**
 * Who may speak to the server: the checks that come before any route. A token where one is configured, the
 * Host of this machine where only this machine is to be served, and no other site's pages.
 */
import { isLoopback } from "../../config.ts";
import { LOCAL, type Viewer } from "../../schema/base/access.ts";
import { refuse } from "../http/errors.ts";
import { claimsSession, sessionOf } from "./session.ts";
import { bearerOf, ownerOf, type Token } from "./tokens.ts";
import { tooManyFailedLogins } from "./failed_logins.ts";

/**
 * Refuses a Host that is not this machine's. A page of another site whose name was made to point here (DNS
 * rebinding) is of the same origin to the browser, but it cannot change the Host.
 *
 * For servers without tokens: with one, such a page has nothing to show, and a proxy on this machine may speak for a name.
 *
 * @param hostname where the server listens
 */
export function refuseHost(url: URL, hostname: string): Response | undefined {
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  if (!isLoopback(hostname) || isLoopback(host) || host.endsWith(".localhost")) return undefined;
  return refuse(
    403,
    "FORBIDDEN",
    `Cannot answer for the host ${host}: the Host header must be localhost or 127.0.0.1, got ${host}.`,
  );
}

/** Refuses what another site's page asks for. Programs send no Origin and pass. */
export function refuseOrigin(request: Request, url: URL): Response | undefined {
  const origin = request.headers.get("origin");
  const site = request.headers.get("sec-fetch-site");
  const navigates = request.headers.get("sec-fetch-mode") === "navigate";
  const own = origin === null
    ? site !== "cross-site" || (navigates && request.method === "GET")
    // A proxy may speak TLS for us: the scheme does not count.
    : URL.parse(origin)?.host === url.host;
  if (own) return undefined;
  return refuse(
    403,
    "FORBIDDEN",
    `Cannot answer a page of ${origin ?? "another site"}: ` +
      `the origin must be the server's own, ${url.host}.`,
  );
}

/** Names of parameters that hold secrets elsewhere. */
const SECRET_PARAMETERS =
  /^(epochql[-_]?)?(access[-_]?|auth[-_]?)?token$|^authorization$|^api[-_]?key$/i;

/**
 * Refuses a URL that holds a token, whatever it is called: URLs end up in logs, in histories of browsers and with other
 * sites. It is refused though the token may be right, so that nobody gets used to it.
 */
export function refuseTokenInUrl(
  url: URL,
  tokens: readonly Token[],
): Response | undefined {
  if (url.search === "") return undefined;
  const holdsToken = [...url.searchParams].some(([name, value]) =>
    SECRET_PARAMETERS.test(name) || ownerOf(value, tokens) !== undefined
  );
  if (!holdsToken) return undefined;
  return refuse(
    400,
    "BAD_USER_INPUT",
    "Cannot answer: the token must be in the header 'Authorization: Bearer TOKEN', got it in the URL, where " +
      "others can read it. Give the server another token, and keep that one out of URLs.",
  );
}

/** Who asks, and until when they may: for ever, where they show a token itself. */
export interface Identity {
  readonly viewer: Viewer;
  /** Milliseconds since 1970. */
  readonly endsAt?: number;
}

/**
 * Who asks: the owner of the token that a request shows in its header or by the session that the sign-in page gave.
 * Undefined if it shows none of this server's.
 */
export function identityOf(request: Request, tokens: readonly Token[]): Identity | undefined {
  if (tokens.length === 0) return { viewer: LOCAL };
  // A proxy may put an Authorization of its own on a request with our cookie.
  const viewer = bearerOf(request.headers.get("authorization"), tokens);
  return viewer ? { viewer } : sessionOf(request.headers.get("cookie"), tokens);
}

/** Whether a request shows a token or a session at all, right or wrong. */
export function showsToken({ headers }: Request): boolean {
  return headers.has("authorization") || claimsSession(headers.get("cookie"));
}

/**
 * The refusal of a request without a token of this server.
 *
 * @param wait seconds to wait after too many wrong ones
 */
export function refuseUnauthenticated(wait = 0): Response {
  if (wait > 0) {
    return refuse(429, "RATE_LIMITED", `Cannot answer: ${tooManyFailedLogins(wait)}`, {
      "retry-after": String(wait),
    });
  }
  return refuse(
    401,
    "UNAUTHENTICATED",
    "Cannot answer without a token: the header must be 'Authorization: Bearer TOKEN' " +
      "with a token of this server.",
    { "www-authenticate": 'Bearer realm="epochql"' },
  );
}

/**
 * Puts on a response what holds for all of them, unless its route says otherwise.
 *
 * @param content a document is what a browser may show as a page; the answers of the API are none, and go without what
 *   only browsers' pages know. There are many of them, and each header costs: Deno's HTTP takes half as long again for
 *   more than nine.
 */
export function withSecurityHeaders(response: Response, content: "document" | "data"): Response {
  const { headers } = response;
  for (const [name, value] of content === "document" ? DOCUMENT_HEADERS : HEADERS) {
    if (!headers.has(name)) headers.append(name, value);
  }
  return response;
}

const HEADERS = Object.entries({
  // What says nothing else is of one moment and one client.
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
  "cross-origin-resource-policy": "same-origin",
  "x-content-type-options": "nosniff",
});

const DOCUMENT_HEADERS = [
  ...HEADERS,
  ...Object.entries({
    "cross-origin-opener-policy": "same-origin",
    // Not 'no-referrer', with which browsers send the sign-in form with the Origin 'null'.
    "referrer-policy": "same-origin",
    // For browsers that know no frame-ancestors.
    "x-frame-options": "DENY",
  }),
];
