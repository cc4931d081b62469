/**
 * The way of a browser to a server with tokens: a page that asks for one once, and a cookie that stands for it
 * from then on. The cookie holds no token and the server keeps no list: it is the time of its end, signed with
 * the token. So it survives a restart, holds on every server with the same token, and ends with the token.
 */
import { createHmac } from "node:crypto";
import { refuse, refuseMethod } from "../http/errors.ts";
import { SIGN_IN_PATH } from "../http/paths.ts";
import { bodyTimeoutRule } from "../http/refusal.ts";
import { SESSION_MS } from "../timeouts.ts";
import type { Viewer } from "../../schema/base/access.ts";
import { findBySecret } from "./timing_safe.ts";
import { ownerOf, type Token } from "./tokens.ts";
import { deadline } from "../../lib/deadline.ts";
import { tooManyFailedLogins } from "./failed_logins.ts";

const COOKIE = "epochql_session";
const MAX_AGE_SECONDS = SESSION_MS / 1000;

/** What a cookie stands for. */
export interface Session {
  readonly viewer: Viewer;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
}

/** The session that a Cookie header holds, if it has not ended. */
export function sessionOf(cookies: string | null, tokens: readonly Token[]): Session | undefined {
  const claim = claimOf(cookies);
  const found = claim &&
    findBySecret(claim.value, tokens, ({ secret }) => sign(claim.end, secret));
  return found && {
    viewer: { name: found.name, scope: found.scope },
    endsAt: Number(claim.end) * 1000,
  };
}

/** Whether a Cookie header says that it holds a session that has not ended, right or wrong. */
export function claimsSession(cookies: string | null): boolean {
  return claimOf(cookies) !== undefined;
}

function claimOf(cookies: string | null): { value: string; end: string } | undefined {
  const value = cookies?.split(/; */).find((cookie) => cookie.startsWith(`${COOKIE}=`))
    ?.slice(COOKIE.length + 1);
  const end = value?.split(".")[0] ?? "";
  if (value === undefined || !(Number(end) > Date.now() / 1000)) return undefined;
  return { value, end };
}

/** What signing in needs of the server. */
export interface SignInOptions {
  readonly tokens: readonly Token[];
  /** How long the form may take to come in. */
  readonly bodyTimeoutMs: number;
  /** Counts a wrong token: seconds until the client may show the next, 0 if this one was not too many. */
  onWrongToken(): number;
  /** Told of who signed in. */
  onSignIn(viewer: Viewer): void;
}

/** Answers at SIGN_IN_PATH: GET is the page, POST is its form. */
export async function signIn(
  request: Request,
  { tokens, bodyTimeoutMs, onWrongToken, onSignIn }: SignInOptions,
): Promise<Response> {
  switch (request.method) {
    case "GET":
    case "HEAD":
      return signInPage();
    case "POST": {
      const form = await deadline(bodyTimeoutMs, readForm(request), () => undefined);
      if (!form) {
        const message = `Cannot sign in: ${bodyTimeoutRule(bodyTimeoutMs)}`;
        return refuse(408, "BAD_USER_INPUT", message, { connection: "close" });
      }
      const given = form.get("token")?.trim() ?? "";
      const viewer = ownerOf(given, tokens);
      if (!viewer) {
        return signInPage({ problem: "That is not a token of this server.", wait: onWrongToken() });
      }
      onSignIn(viewer);
      const end = String(Math.floor(Date.now() / 1000) + MAX_AGE_SECONDS);
      const secure = request.headers.get("x-forwarded-proto") === "https" ? "; Secure" : "";
      return new Response(null, {
        status: 303,
        headers: {
          location: "/",
          "set-cookie": `${COOKIE}=${sign(end, given)}; Path=/; Max-Age=${MAX_AGE_SECONDS}; ` +
            `HttpOnly; SameSite=Strict${secure}`,
        },
      });
    }
    default:
      return refuseMethod(request, ["GET", "HEAD", "POST"]);
  }
}

/**
 * The page that asks for the token.
 *
 * @param problem what was wrong with the last one
 * @param wait seconds to wait after too many wrong ones
 */
export function signInPage({ problem = "", wait = 0 } = {}): Response {
  const isTooMany = wait > 0;
  return new Response(page(isTooMany ? `Cannot sign in: ${tooManyFailedLogins(wait)}` : problem), {
    status: isTooMany ? 429 : 401,
    headers: {
      ...(isTooMany ? { "retry-after": String(wait) } : {}),
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; " +
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    },
  });
}

function sign(end: string, token: string): string {
  return `${end}.${createHmac("sha256", token).update(`epochql session ${end}`).digest("hex")}`;
}

/** The fields of a form; none where it is larger than any token, or breaks off. */
async function readForm(request: Request): Promise<URLSearchParams | undefined> {
  const length = Number(request.headers.get("content-length") ?? Infinity);
  return new URLSearchParams(length <= 4096 ? await request.text().catch(() => "") : "");
}

function page(problem: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Sign in – epochql</title>
    <style>
      body { font: 16px/1.5 system-ui, sans-serif; margin: 0; min-height: 100vh; display: grid; place-items: center }
      form { width: min(22rem, 90vw); display: grid; gap: 0.75rem }
      h1 { font-size: 1.4rem; margin: 0 }
      p { margin: 0 }
      input, button { font: inherit; padding: 0.5rem 0.75rem }
      [role="alert"] { color: #d55e00 }
    </style>
  </head>
  <body>
    <form method="post" action="${SIGN_IN_PATH}">
      <h1>epochql</h1>
      <label for="token">Token</label>
      <input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
      ${problem === "" ? "" : `<p role="alert">${problem}</p>`}
      <button>Sign in</button>
    </form>
  </body>
</html>
`;
}
