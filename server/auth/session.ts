/**
 * Sign-in of browsers: a page that asks for a token once, and a session cookie. The cookie is its expiry signed with
 * the token, so that it contains no secret, needs no storage, is valid on every server with that token, and ends with
 * it.
 */
import { createHmac } from "node:crypto";
import { refuse } from "../http/errors.ts";
import { htmlResponse } from "../http/html_page.ts";
import { READ_METHODS, refuseMethod } from "../http/methods.ts";
import { routeOf, SIGN_IN_PATH } from "../http/paths.ts";
import { bodyTimeoutRule } from "../http/refusal.ts";
import { SESSION_MS } from "../timeouts.ts";
import type { Viewer } from "../../schema/base/access.ts";
import { findBySecret } from "./timing_safe.ts";
import { ownerOf, type Token } from "./tokens.ts";
import { deadline } from "../../lib/deadline.ts";
import { tooManyFailedLogins } from "./failed_logins.ts";

/** Beginning of the names of session cookies. */
const COOKIE = "epochql_session";
const MAX_AGE_SECONDS = SESSION_MS / 1000;

/** Difference that the clocks of several servers may have. */
const MAX_SKEW_SECONDS = 300;

/** A session that has not ended. */
export interface Session {
  readonly viewer: Viewer;
  /** End of the session, in milliseconds since 1970. */
  readonly endsAt: number;
}

/**
 * Returns the name of the cookie of a token's sessions. Cookies know no ports: servers of one host name, such as
 * tunnels to several machines, would replace each other's sessions if all had one name.
 */
export function sessionCookie(secret: string): string {
  const digest = createHmac("sha256", secret).update("epochql cookie").digest("hex");
  return `${COOKIE}_${digest.slice(0, 12)}`;
}

/** Returns the valid session of a Cookie header, if it has one. */
export function sessionOf(cookies: string | null, tokens: readonly Token[]): Session | undefined {
  for (const token of tokens) {
    const claim = claimOf(cookies, token);
    if (!claim) continue;
    const found = findBySecret(claim.value, [token], ({ secret }) => sign(claim.end, secret));
    if (!found) continue;
    return {
      viewer: { name: found.name, scope: found.scope },
      endsAt: Number(claim.end) * 1000,
    };
  }
  return undefined;
}

/**
 * Returns whether a Cookie header claims a session of one of these tokens that has not ended, validly signed or not.
 * Sessions of other servers, and of tokens that were replaced, are no claims.
 */
export function claimsSession(cookies: string | null, tokens: readonly Token[]): boolean {
  return tokens.some((token) => claimOf(cookies, token) !== undefined);
}

function claimOf(
  cookies: string | null,
  { secret }: Token,
): { value: string; end: string } | undefined {
  if (!cookies?.includes(COOKIE)) return undefined;
  const name = sessionCookie(secret);
  const value = cookies.split(/; */).find((cookie) => cookie.startsWith(`${name}=`))
    ?.slice(name.length + 1);
  const end = value?.split(".")[0] ?? "";
  // One that ends later than any that begins now was made before the clock was set back.
  const left = Number(end) - Date.now() / 1000;
  if (value === undefined || !(left > 0 && left <= MAX_AGE_SECONDS + MAX_SKEW_SECONDS)) {
    return undefined;
  }
  return { value, end };
}

/** Options of signIn(). */
export interface SignInOptions {
  readonly tokens: readonly Token[];
  /** Longest time for the form to arrive. */
  readonly bodyTimeoutMs: number;
  /** Counts a failed login; returns the seconds to wait after too many, or 0. */
  onWrongToken(): number;
  /** Called after a successful sign-in. */
  onSignIn(viewer: Viewer): void;
}

/** Responds at SIGN_IN_PATH: with the page to GET, with a session to the form that POST sends. */
export async function signIn(
  request: Request,
  { tokens, bodyTimeoutMs, onWrongToken, onSignIn }: SignInOptions,
): Promise<Response> {
  const to = pageOf(new URL(request.url).searchParams.get("to"));
  switch (request.method) {
    case "GET":
    case "HEAD":
      return signInPage({ to });
    case "POST": {
      const form = await deadline(bodyTimeoutMs, readForm(request), () => undefined);
      if (!form) {
        const message = `Cannot sign in: ${bodyTimeoutRule(bodyTimeoutMs)}`;
        return refuse(408, "BAD_USER_INPUT", message, { connection: "close" });
      }
      const given = form.get("token")?.trim() ?? "";
      const viewer = ownerOf(given, tokens);
      if (!viewer) {
        return signInPage({
          problem: "That is not a token of this server.",
          wait: onWrongToken(),
          to,
        });
      }
      onSignIn(viewer);
      const end = String(Math.floor(Date.now() / 1000) + MAX_AGE_SECONDS);
      const secure = request.headers.get("x-forwarded-proto") === "https" ? "; Secure" : "";
      return new Response(null, {
        status: 303,
        headers: {
          location: to,
          "set-cookie":
            `${sessionCookie(given)}=${sign(end, given)}; Path=/; Max-Age=${MAX_AGE_SECONDS}; ` +
            `HttpOnly; SameSite=Strict${secure}`,
        },
      });
    }
    default:
      return refuseMethod(request, [...READ_METHODS, "POST"]);
  }
}

/**
 * Creates the page that asks for a token.
 *
 * @param problem message about the previous token
 * @param wait seconds to wait after too many failed logins
 * @param to path and query of the page that was asked for, shown after the sign-in
 */
export function signInPage({ problem = "", wait = 0, to = "/" } = {}): Response {
  const isTooMany = wait > 0;
  const message = isTooMany ? `Cannot sign in: ${tooManyFailedLogins(wait)}` : problem;
  const action = to === "/" ? SIGN_IN_PATH : `${SIGN_IN_PATH}?to=${encodeURIComponent(to)}`;
  return htmlResponse({
    title: "Sign in",
    body: `    <form method="post" action="${action}">
      <h1>epochql</h1>
      <label for="token">Token</label>
      <input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
      ${message === "" ? "" : `<p role="alert">${message}</p>`}
      <button>Sign in</button>
    </form>`,
    status: isTooMany ? 429 : 401,
    headers: isTooMany ? { "retry-after": String(wait) } : {},
  });
}

function sign(end: string, token: string): string {
  return `${end}.${createHmac("sha256", token).update(`epochql session ${end}`).digest("hex")}`;
}

/** Reads the fields of the form; returns none if it is too large or incomplete. */
async function readForm(request: Request): Promise<URLSearchParams | undefined> {
  const length = Number(request.headers.get("content-length") ?? Infinity);
  return new URLSearchParams(length <= 4096 ? await request.text().catch(() => "") : "");
}

/** Returns path and query of an address of the page; '/' for any other text, so that no link leads elsewhere. */
function pageOf(to: string | null): string {
  const url = URL.parse(to ?? "/", "http://page");
  const isPage = url?.origin === "http://page" && routeOf(url.pathname) === "page";
  return isPage ? url.pathname + url.search : "/";
}
