/**
 * Pages of other origins. They are refused, unless the configuration lists their origin: then the API answers them by
 * the CORS protocol. They authenticate by a token: cookies belong to the server's own page.
 */
import { getCORSHeadersByRequestAndOptions as corsHeaders } from "@whatwg-node/server";
import { refuse } from "../http/errors.ts";
import type { Route } from "../http/paths.ts";
import { REQUEST_ID_HEADER } from "../http/request_id.ts";

/** Routes of the server's own page, which no other origin may use. */
const OWN_ROUTES: ReadonlySet<Route> = new Set(["page", "asset", "sign-in"]);

/** Methods of all routes that other origins may use. */
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/** Headers of responses that scripts of other origins may read, beside those that the protocol always allows. */
const EXPOSED_HEADERS = [
  ...[
    "Allow",
    "Content-Disposition",
    "Content-Encoding",
    "ETag",
    "Retry-After",
    "WWW-Authenticate",
  ],
  ...["Upload-Offset", "Upload-Length", "Upload-Metadata", "Upload-Expires"],
  ...["Tus-Resumable", "Tus-Version", "Tus-Extension", "Location"],
  ...["Inference-Header-Content-Length", REQUEST_ID_HEADER],
];

/** Time for which a browser may remember a preflight: the most that Chromium takes. */
const PREFLIGHT_SECONDS = 7200;

/** Origins of other pages that may use the API. */
export type Origins = ReadonlySet<string>;

/** Returns whether a request comes from a page of another origin, listed or not. Programs send no Origin. */
export function isOfOtherOrigin({ headers }: Request, url: URL): boolean {
  const origin = headers.get("origin");
  // A proxy may terminate TLS: the scheme is ignored.
  return origin !== null && URL.parse(origin)?.host !== url.host;
}

/** Refuses requests from another site's page, unless its origin is listed. */
export function refuseOrigin(
  request: Request,
  url: URL,
  route: Route,
  origins: Origins,
): Response | undefined {
  const { headers } = request;
  const origin = headers.get("origin");
  if (origin === null) {
    const navigates = headers.get("sec-fetch-mode") === "navigate" && request.method === "GET";
    if (headers.get("sec-fetch-site") !== "cross-site" || navigates) return undefined;
  } else if (!isOfOtherOrigin(request, url) || mayUse(origin, route, origins)) {
    return undefined;
  }
  const rule = origin !== null && origins.has(origin)
    ? `${url.pathname} is for the server's own origin, ${url.host}; those of EPOCHQL_ORIGINS may use the API.`
    : `the origin must be the server's own, ${url.host}, or one of the setting EPOCHQL_ORIGINS.`;
  return refuse(403, "FORBIDDEN", `Cannot answer a page of ${origin ?? "another site"}: ${rule}`);
}

/**
 * Responds to the request by which a browser asks whether a page of a listed origin may send another one. It carries
 * no token.
 */
export function respondPreflight(request: Request, origins: Origins): Response | undefined {
  const isListed = origins.has(request.headers.get("origin") ?? "");
  if (!isListed || !isPreflight(request)) return undefined;
  return new Response(null, { status: 204 });
}

/** Adds to a response what lets a page of a listed origin read it. */
export function addCorsHeaders(
  { headers }: Response,
  request: Request,
  route: Route,
  origins: Origins,
): void {
  if (origins.size === 0 || OWN_ROUTES.has(route)) return;
  const origin = request.headers.get("origin");
  // The response depends on it, also where there is none.
  headers.append("vary", "Origin");
  if (origin === null || !origins.has(origin)) return;
  const added = corsHeaders(request, {
    origin,
    credentials: false,
    ...(isPreflight(request)
      // Without a list of allowed headers, those that the page asks for are allowed.
      ? { methods: METHODS, maxAge: PREFLIGHT_SECONDS }
      : { exposedHeaders: EXPOSED_HEADERS }),
  });
  for (const [name, value] of Object.entries(added ?? {})) headers.append(name, value);
}

function isPreflight({ method, headers }: Request): boolean {
  return method === "OPTIONS" && headers.has("access-control-request-method");
}

function mayUse(origin: string, route: Route, origins: Origins): boolean {
  return origins.has(origin) && !OWN_ROUTES.has(route);
}
