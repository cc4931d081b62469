/**
 * Security checks before any route, and the headers of every response. A request needs a valid token where tokens are
 * configured, a local Host where they are not, and must not come from another site's page (origins.ts).
 */
import { isLoopback } from "../../config.ts";
import { LOCAL, type Viewer } from "../../schema/base/access.ts";
import { refuse } from "../http/errors.ts";
import { isOfOtherOrigin } from "./origins.ts";
import { claimsSession, sessionOf } from "./session.ts";
import { bearerOf, ownerOf, type Token } from "./tokens.ts";
import { tooManyFailedLogins } from "./failed_logins.ts";

/**
 * Refuses a Host that is not local. With DNS rebinding, the browser considers another site's page to be of the same
 * origin, but the page cannot change the Host.
 *
 * For servers without tokens: with tokens such a page cannot authenticate, and a local proxy may use another name.
 *
 * @param hostname host name that the server listens on
 */
export function refuseHost(url: URL, hostname: string): Response | undefined {
  if (url.hostname === hostname) return undefined;
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  if (!isLoopback(hostname) || isLoopback(host) || host.endsWith(".localhost")) return undefined;
  return refuse(
    403,
    "FORBIDDEN",
    `Cannot answer for the host ${host}: the Host header must be localhost or 127.0.0.1, got ${host}.`,
  );
}

/** Names of parameters that usually hold secrets. */
const SECRET_PARAMETERS =
  /^(epochql[-_]?)?(access[-_]?|auth[-_]?)?token$|^authorization$|^api[-_]?key$/i;

/**
 * Refuses a URL that contains a token, under any name: URLs end up in logs, browser histories and with other sites. It
 * is refused even if the token is valid, so that clients do not rely on it.
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

/** Identity of a client. It expires only if it is a session. */
export interface Identity {
  readonly viewer: Viewer;
  /** End of the session, in milliseconds since 1970. */
  readonly endsAt?: number;
}

/**
 * Returns the owner of the token in a request's header, or of its session cookie; undefined if neither is valid.
 */
export function identityOf(request: Request, tokens: readonly Token[]): Identity | undefined {
  if (tokens.length === 0) return { viewer: LOCAL };
  // A proxy may add an Authorization header of its own to a request with our cookie.
  const viewer = bearerOf(request.headers.get("authorization"), tokens);
  return viewer ? { viewer } : sessionOf(cookiesOf(request), tokens);
}

/** Returns whether a request carries a token or a session, valid or not. */
export function showsToken(request: Request, tokens: readonly Token[]): boolean {
  return request.headers.has("authorization") || claimsSession(cookiesOf(request), tokens);
}

/**
 * Returns the cookies of the server's own page. Browsers add them to a page's WebSockets, of any origin of the site.
 */
function cookiesOf(request: Request): string | null {
  const cookies = request.headers.get("cookie");
  return cookies === null || isOfOtherOrigin(request, new URL(request.url)) ? null : cookies;
}

/**
 * Creates the response to a request without a valid token.
 *
 * @param wait seconds to wait after too many failed logins
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
 * Adds the security headers that a response lacks.
 *
 * @param content 'document' for what a browser may show as a page. Responses of the API are 'data': they have no other
 * of
 *   these headers than Cache-Control, and omit those that only matter for pages. Looking for a header takes Deno longer
 *   than adding one, and more than nine take 50 % longer.
 */
export function withSecurityHeaders(response: Response, content: "document" | "data"): Response {
  const { headers } = response;
  for (const [name, value] of content === "document" ? DOCUMENT_HEADERS : DATA_HEADERS) {
    if (!headers.has(name)) headers.append(name, value);
  }
  if (content === "data") {
    for (const [name, value] of HEADERS) headers.append(name, value);
  }
  return response;
}

/** Headers that a response may have with another value. By default it is for one client at one moment. */
const DATA_HEADERS = Object.entries({ "cache-control": "no-store" });

const HEADERS = Object.entries({
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
  "cross-origin-resource-policy": "same-origin",
  "x-content-type-options": "nosniff",
});

const DOCUMENT_HEADERS = [
  ...DATA_HEADERS,
  ...HEADERS,
  ...Object.entries({
    "cross-origin-opener-policy": "same-origin",
    // Not 'no-referrer', with which browsers send the sign-in form with the Origin 'null'.
    "referrer-policy": "same-origin",
    // For browsers without frame-ancestors.
    "x-frame-options": "DENY",
  }),
];
