/** Handler of each route, after the checks that hold for all of them. */
import { StoreUnavailableError } from "../runs/store/errors.ts";
import type { RunStore } from "../runs/store/store.ts";
import type { Viewer } from "../schema/base/access.ts";
import type { ApiContext } from "../schema/base/context.ts";
import { globalId, runKey } from "../schema/base/global_id.ts";
import { auditSignIn } from "./auth/audit.ts";
import type { FailedLogins } from "./auth/failed_logins.ts";
import { type Origins, refuseOrigin, respondPreflight } from "./auth/origins.ts";
import {
  type Identity,
  identityOf,
  refuseHost,
  refuseTokenInUrl,
  refuseUnauthenticated,
  showsToken,
} from "./auth/security.ts";
import { signIn, signInPage } from "./auth/session.ts";
import type { Token } from "./auth/tokens.ts";
import { serveComparison } from "./files/comparison_pictures.ts";
import { findRun, isShortName } from "./files/find_run.ts";
import { serveUpload } from "./files/upload_requests.ts";
import { serveRunFile } from "./files/run_files.ts";
import type { GraphqlServer } from "./graphql_server.ts";
import type { Caller } from "./http/client.ts";
import { refuse } from "./http/errors.ts";
import { isRead, refuseOtherMethods } from "./http/methods.ts";
import { isNavigation, toRefusalPage } from "./http/refusal_page.ts";
import { type Route, RUN_PAGE, SIGN_IN_PATH } from "./http/paths.ts";
import { toProtocolError } from "./inference/errors.ts";
import { serveInference } from "./inference/serve.ts";
import type { StaticFiles } from "./http/static_files.ts";
import { canPredict, type Readiness } from "./observability/health.ts";
import { logUnexpected } from "./observability/log.ts";
import type { Metrics } from "./observability/metrics.ts";
import type { WebSockets } from "./transports/websocket/websocket.ts";

/** Parts of the server that handlers use. */
export interface RouteServices {
  /** Host name that the server listens on. */
  readonly hostname: string;
  /** Accepted tokens; none are required if it is empty. */
  tokens(): readonly Token[];
  /** Origins of other pages that may use the API. */
  readonly origins: Origins;
  isStopping(): boolean;
  checkReadiness(): Promise<Readiness>;
  readonly bodyTimeoutMs: number;
  readonly context: Omit<ApiContext, "viewer">;
  readonly staticFiles: StaticFiles;
  readonly failedLogins: FailedLogins;
  readonly metrics: Metrics;
  readonly graphql: GraphqlServer;
  readonly sockets: WebSockets;
}

/** A request with what was read of it. */
interface Exchange {
  readonly request: Request;
  readonly url: URL;
  readonly caller: Caller;
}

type Handler = (exchange: Exchange, services: RouteServices) => Response | Promise<Response>;

const HANDLERS: Readonly<Record<Route, Handler>> = {
  page: respondPage,
  asset: ({ request }, { staticFiles }) => staticFiles.asset(request),
  "sign-in": respondSignIn,
  graphql: respondGraphql,
  health: respondHealth,
  metrics: respondMetrics,
  run: (exchange, services) => respondFile(exchange, services, serveRunFile),
  comparison: (exchange, services) => respondFile(exchange, services, serveComparison),
  upload: respondUpload,
  inference: respondInference,
  none: ({ url }) =>
    refuse(
      404,
      "NOT_FOUND",
      `Cannot find ${url.pathname}: ` +
        "there is the page at / and the API at /graphql.",
    ),
};

/** Routes whose responses nobody opens in a browser, or that lead it to the page. */
const FOR_PROGRAMS: ReadonlySet<Route> = new Set(["graphql", "health", "metrics", "upload"]);

/**
 * Responds to a request, or refuses it, in the form that its client shows. `url` is null if the request's URL cannot be
 * parsed.
 */
export function respond(
  route: Route,
  request: Request,
  url: URL | null,
  caller: Caller,
  services: RouteServices,
): Response | Promise<Response> {
  const response = respondOrRefuse(route, request, url, caller, services);
  if (route === "inference") return Promise.resolve(response).then(toProtocolError);
  // An upgraded request must not be read any more.
  return !FOR_PROGRAMS.has(route) && isNavigation(request)
    ? Promise.resolve(response).then(toRefusalPage)
    : response;
}

function respondOrRefuse(
  route: Route,
  request: Request,
  url: URL | null,
  caller: Caller,
  services: RouteServices,
): Response | Promise<Response> {
  if (!url) {
    return refuse(
      400,
      "BAD_USER_INPUT",
      "Cannot read the request: its Host header must be a host's name, and a port where it has one.",
    );
  }
  const tokens = services.tokens();
  const refused = (tokens.length === 0 ? refuseHost(url, services.hostname) : undefined) ??
    refuseOrigin(request, url, route, services.origins) ??
    refuseTokenInUrl(url, tokens);
  if (refused) return refused;
  const preflight = respondPreflight(request, services.origins);
  if (preflight) return preflight;
  if (services.isStopping() && route !== "health") {
    return refuse(503, "UNAVAILABLE", "Cannot answer: the server is stopping.", {
      connection: "close",
    });
  }
  return HANDLERS[route]({ request, url, caller }, services);
}

async function respondPage(exchange: Exchange, services: RouteServices): Promise<Response> {
  const { request, url: { pathname, search } } = exchange;
  if (!authenticate(exchange, services)) {
    return signInPage({ wait: countFailedLogin(exchange, services), to: pathname + search });
  }
  const [, id] = RUN_PAGE.exec(pathname) ?? [];
  const key = id !== undefined && isRead(request)
    ? await keyOfAddress(services.context.store, id)
    : undefined;
  return key === undefined
    ? await services.staticFiles.page(request)
    : redirect(`/runs/${globalId("Run", key).replace(/=+$/, "")}${search}`);
}

/** The key of the run that an address names otherwise than by the API's id, the only one that the page knows. */
async function keyOfAddress(store: RunStore, id: string): Promise<string | undefined> {
  if (runKey(id) === id) return id;
  try {
    return isShortName(id) ? (await findRun(store, id))?.id : undefined;
  } catch (error) {
    // The page itself says that runs cannot be read now.
    if (error instanceof StoreUnavailableError) return undefined;
    throw error;
  }
}

function respondSignIn(
  { request, caller }: Exchange,
  { tokens, bodyTimeoutMs, failedLogins }: RouteServices,
): Response | Promise<Response> {
  // Without tokens nobody has to sign in.
  if (tokens().length === 0) return redirectToPage(request);
  return signIn(request, {
    tokens: tokens(),
    bodyTimeoutMs,
    onWrongToken: () => failedLogins.count(caller, SIGN_IN_PATH),
    onSignIn: (viewer: Viewer) => auditSignIn(viewer, caller),
  });
}

function respondGraphql(exchange: Exchange, services: RouteServices): Response | Promise<Response> {
  const { request, caller } = exchange;
  // A WebSocket may authenticate later, by connection_init: browsers let no page set its headers.
  if (isWebSocket(request)) return services.sockets.upgrade(request, caller);
  if (isNavigation(request)) return redirectToPage(request);
  const identity = authenticate(exchange, services);
  if (!identity) return refuseUnauthenticated(countFailedLogin(exchange, services));
  return services.graphql.respond(request, { ...identity, ...caller });
}

async function respondHealth(
  { request, url }: Exchange,
  { checkReadiness }: RouteServices,
): Promise<Response> {
  const refused = refuseOtherMethods(request);
  if (refused) return refused;
  const headers = { "cache-control": "no-store" };
  if (url.pathname === "/healthz") return Response.json({ alive: true }, { headers });
  const readiness = await checkReadiness();
  return Response.json(readiness, { status: readiness.ready ? 200 : 503, headers });
}

async function respondMetrics(exchange: Exchange, services: RouteServices): Promise<Response> {
  if (!authenticate(exchange, services)) {
    return refuseUnauthenticated(countFailedLogin(exchange, services));
  }
  const refused = refuseOtherMethods(exchange.request);
  if (refused) return refused;
  const { metrics } = services;
  return new Response(await metrics.text(), {
    headers: { "content-type": metrics.contentType, "cache-control": "no-store" },
  });
}

/** Responds with a file that is made of runs. */
function respondFile(
  exchange: Exchange,
  services: RouteServices,
  serve: (request: Request, context: ApiContext) => Promise<Response>,
): Response | Promise<Response> {
  const identity = authenticate(exchange, services);
  if (!identity) return refuseUnauthenticated(countFailedLogin(exchange, services));
  const { request, caller } = exchange;
  return serve(request, {
    ...services.context,
    viewer: identity.viewer,
    request,
    onUnexpectedError: (error, path) => logUnexpected(error, path, caller.requestId),
  });
}

function respondUpload(exchange: Exchange, services: RouteServices): Response | Promise<Response> {
  const identity = authenticate(exchange, services);
  if (!identity) return refuseUnauthenticated(countFailedLogin(exchange, services));
  return serveUpload(exchange.request, services.context.uploads, identity.viewer);
}

async function respondInference(exchange: Exchange, services: RouteServices): Promise<Response> {
  const { request, url, caller } = exchange;
  if (url.pathname === "/v2/health/live" || url.pathname === "/v2/health/ready") {
    const refused = refuseOtherMethods(request);
    if (refused) return refused;
    if (url.pathname.endsWith("live")) return Response.json({ live: true });
    const ready = canPredict(await services.checkReadiness());
    return Response.json({ ready }, { status: ready ? 200 : 503 });
  }
  const identity = authenticate(exchange, services);
  if (!identity) return refuseUnauthenticated(countFailedLogin(exchange, services));
  const context = {
    ...services.context,
    viewer: identity.viewer,
    request,
    onUnexpectedError: (error: unknown, path: string) =>
      logUnexpected(error, path, caller.requestId),
  };
  return await serveInference(request, context, services.bodyTimeoutMs);
}

/**
 * Returns the client's identity, or undefined without a valid token. Every route needs the scope 'read', some need
 * more.
 */
function authenticate({ request }: Exchange, { tokens }: RouteServices): Identity | undefined {
  return identityOf(request, tokens());
}

/** Counts a failed login if the request shows a token; returns the seconds to wait after too many. */
function countFailedLogin(
  { request, url, caller }: Exchange,
  { failedLogins, tokens }: RouteServices,
): number {
  return showsToken(request, tokens()) ? failedLogins.count(caller, url.pathname) : 0;
}

/**
 * Returns whether a request asks for a WebSocket. Others, such as HTTP/2's of curl and Java, may be ignored (RFC 9110,
 * 7.8).
 */
function isWebSocket({ headers }: Request): boolean {
  return headers.get("upgrade")?.toLowerCase() === "websocket";
}

/** Redirects a browser to the page; parameters such as ?query= are kept. */
function redirectToPage(request: Request): Response {
  return redirect(`/${new URL(request.url).search}`);
}

function redirect(location: string): Response {
  return new Response(null, { status: 302, headers: { location } });
}
