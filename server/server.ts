/**
 * The HTTP server: takes each request through the checks of security.ts to its route, and stops without
 * cutting anybody off. What a route does is in its own file.
 */
import type { GraphQLError, GraphQLSchema } from "graphql";
import { DEFAULT_LIMITS, type Limits } from "../config.ts";
import type { Device } from "../ml/spec/spec.ts";
import type { CheckpointEvaluator } from "../runs/reading/checkpoint_evaluator.ts";
import type { RunStore } from "../runs/store/store.ts";
import type { ApiContext, Datasets } from "../schema/base/context.ts";
import { auditSignIn } from "./auth/audit.ts";
import { addressOf, type Caller, keyOfToken } from "./http/client.ts";
import { refuse, refuseMethod } from "./http/errors.ts";
import { checkReadiness } from "./observability/health.ts";
import { BODY_TIMEOUT_MS, refusal, STALL_MS } from "./limits.ts";
import { listen } from "./http/listen.ts";
import { logUnexpected, serverLog } from "./observability/log.ts";
import { createMetrics } from "./observability/metrics.ts";
import { describeRequest } from "./observability/request_span.ts";
import { REQUEST_ID_HEADER, requestIdOf } from "./http/request_id.ts";
import { RUN_FILE, serveRunFile } from "./files/run_files.ts";
import {
  type Identity,
  identityOf,
  refuseHost,
  refuseOrigin,
  refuseTokenInUrl,
  refuseUnauthenticated,
  showsToken,
  withSecurityHeaders,
} from "./auth/security.ts";
import { SIGN_IN_PATH, signIn, signInPage } from "./auth/session.ts";
import { ASSETS_PATH, type StaticFiles } from "./http/static_files.ts";
import { createSubscriptions } from "./graphql/subscriptions.ts";
import { REVOKED, revokedTokens, type Token } from "./auth/tokens.ts";
import { createWebSockets } from "./transports/websocket/websocket.ts";
import { deadline } from "../lib/deadline.ts";
import { createFailedLogins } from "./auth/failed_logins.ts";
import { createGraphqlServer, GRAPHQL_PATH } from "./graphql_server.ts";

/** What a server is made of. */
export interface ServerOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly hostname: string;
  /** Of epochql, for the metrics. */
  readonly version?: string;
  /** What clients must show one of; nobody is asked for one where there is none. */
  readonly tokens?: readonly Token[];
  /** How many proxies stand before the server, each of which adds to X-Forwarded-For; 0, if it is left out. */
  readonly proxies?: number;
  /** What a client gets at most; what is left out is the default. */
  readonly limits?: Partial<Limits>;
  /** How long the body of a request may take to come in; 30 s, if it is left out. */
  readonly bodyPatienceMs?: number;
  /** How long a subscriber may take nothing of what waits for it; 60 s, if it is left out. */
  readonly stallMs?: number;
  readonly schema: GraphQLSchema;
  readonly store: RunStore;
  readonly datasets: Datasets;
  /** Looks into checkpoints; where it is left out, nothing can be predicted. */
  readonly inspector?: CheckpointEvaluator;
  /** Deletes a run for good, with its files; where it is left out, there are none. */
  readonly deleteRun?: (runId: string) => Promise<boolean>;
  /** What a run is trained on that asks for AUTO; its worker decides where this is left out. */
  readonly device?: Device;
  readonly staticFiles: StaticFiles;
  /**
   * How many workers belong to this server; 1, if it is left out. One without workers is ready whether there are
   * any or not: it can take runs for later, and it is not what will bring one.
   */
  readonly workers?: number;
  /** What is wrong with the workers that belong to this server, if it is known. */
  readonly workerProblem?: () => string | undefined;
}

/** A server that answers. */
export interface RunningServer {
  /** Where: 'http://127.0.0.1:8000'. */
  readonly origin: string;
  /** Takes other tokens from now on. Who is connected by one that is gone is cut off. */
  setTokens(tokens: readonly Token[]): void;
  /** Ends subscriptions, lets requests finish for a moment, then closes everything. The store stays open. */
  stop(): Promise<void>;
}

/** How long requests may take to finish when the server stops. */
const GRACE_MS = 2000;

/**
 * Listens.
 *
 * @throws {ListenError} if the port is taken, for one
 */
export function startServer(options: ServerOptions): RunningServer {
  const { port, hostname, schema, store, datasets, staticFiles } = options;
  let { tokens = [] } = options;
  const { bodyPatienceMs = BODY_TIMEOUT_MS, stallMs = STALL_MS } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const closing = new AbortController();
  const ending = new AbortController();
  let stopping = false;
  let active = 0;
  let onIdle = () => {};
  // A request was answered and delivered, or its client has gone.
  const done = () => {
    if (--active === 0) onIdle();
  };

  const wrongTokens = createFailedLogins();
  const subscriptions = createSubscriptions(limits.subscriptions, () => metrics.countDelivery());
  const metrics = createMetrics({
    store,
    version: options.version ?? "unknown",
    openSubscriptions: subscriptions.count,
    openSockets: () => sockets.open,
  });
  const context: Omit<ApiContext, "viewer"> = {
    store,
    datasets,
    mostQueued: limits.queuedRuns,
    ...(options.inspector === undefined ? {} : { inspector: options.inspector }),
    ...(options.deleteRun === undefined ? {} : { deleteRun: options.deleteRun }),
    ...(options.device === undefined ? {} : { device: options.device }),
    onLiveEvent: (event) => metrics.countLiveEvent(event),
  };
  const graphql = createGraphqlServer({
    schema,
    context,
    metrics,
    subscriptions,
    limits,
    bodyPatienceMs,
    stallMs,
    stopping: ending.signal,
  });
  const sockets = createWebSockets({
    yoga: graphql.yoga,
    tokens: () => tokens,
    wrongTokens,
    limits,
    stallMs,
  });

  const server = listen(
    { hostname, port },
    {
      signal: closing.signal,
      onError(error) {
        serverLog.error("A request failed: {error}", { error });
        return withSecurityHeaders(refuse(500, "INTERNAL", "Unexpected error"), "data");
      },
    },
    async (request, { remoteAddr, completed }) => {
      active++;
      completed.then(done, done);
      const started = performance.now();
      const url = URL.parse(request.url);
      const route = routeOf(url);
      const caller: Caller = {
        address: addressOf(request, remoteAddr.hostname, options.proxies ?? 0),
        requestId: requestIdOf(request),
      };
      const response = await answer(request, url, route, caller);
      const { method } = request;
      const { status } = response;
      const seconds = (performance.now() - started) / 1000;
      const path = url?.pathname;
      metrics.countRequest(route, method, status, seconds);
      describeRequest(method, route === "health" ? path : PATHS[route], status);
      if (serverLog.isEnabledFor("debug")) {
        const { requestId } = caller;
        serverLog.debug("{method} {path} {status} in {seconds} s", {
          ...{ method, path, status, seconds, requestId },
        });
      }
      if (status === 101) return response;
      response.headers.set(REQUEST_ID_HEADER, caller.requestId);
      return withSecurityHeaders(response, route === "graphql" ? "data" : "document");
    },
  );

  return {
    origin: originOf(server.addr),
    setTokens(now) {
      const gone = revokedTokens(tokens, now);
      tokens = now;
      sockets.revoke(gone);
      for (const name of gone) subscriptions.revoke(keyOfToken(name), revoked());
    },
    async stop() {
      stopping = true;
      const idle = new Promise<void>((resolve) => {
        onIdle = resolve;
        if (active === 0) resolve();
      });
      const closed = sockets.close();
      ending.abort();
      subscriptions.end();
      await deadline<unknown>(GRACE_MS, Promise.all([closed, idle]), () => {});
      closing.abort();
      await server.finished;
      metrics.close();
    },
  };

  function answer(
    request: Request,
    url: URL | null,
    route: Route,
    caller: Caller,
  ): Response | Promise<Response> {
    if (!url) {
      return refuse(
        400,
        "BAD_USER_INPUT",
        "Cannot read the request: its Host header must be a host's name, and a port where it has one.",
      );
    }
    const refusal = (tokens.length === 0 ? refuseHost(url, hostname) : undefined) ??
      refuseOrigin(request, url) ??
      refuseTokenInUrl(url, tokens);
    if (refusal) return refusal;
    if (stopping && route !== "health") {
      return refuse(503, "UNAVAILABLE", "Cannot answer: the server is stopping.", {
        connection: "close",
      });
    }
    switch (route) {
      case "health":
        return answerHealth(request);
      case "asset":
        return staticFiles.asset(request);
      case "page":
        return known(request)
          ? staticFiles.page(request)
          : signInPage({ wait: countWrong(request, caller) });
      case "sign-in":
        // Without tokens there is nothing to sign in to.
        if (tokens.length === 0) return toPage(request);
        return signIn(request, {
          tokens,
          bodyPatienceMs,
          onWrongToken: () => wrongTokens.count(caller, SIGN_IN_PATH),
          onSignIn: (viewer) => auditSignIn(viewer, caller),
        });
      case "graphql":
        return answerGraphql(request, caller);
      case "metrics":
        return answerMetrics(request, caller);
      case "run":
        return answerRun(request, caller);
      case "none":
        return refuse(
          404,
          "NOT_FOUND",
          `Cannot find ${url.pathname}: ` +
            "there is the page at / and the API at /graphql.",
        );
      default:
        return route satisfies never;
    }
  }

  /** Who asks; undefined if it shows no token of ours, which all that is answered here needs: 'read' is the least scope. */
  function known(request: Request): Identity | undefined {
    return identityOf(request, tokens);
  }

  /** Counts the wrong token of a request that shows one: seconds that it has to wait, if there were too many. */
  function countWrong(request: Request, caller: Caller): number {
    return showsToken(request) ? wrongTokens.count(caller, new URL(request.url).pathname) : 0;
  }

  async function answerMetrics(request: Request, caller: Caller): Promise<Response> {
    if (!known(request)) return refuseUnauthenticated(countWrong(request, caller));
    if (!isRead(request)) return refuseMethod(request, ["GET", "HEAD"]);
    return new Response(await metrics.text(), {
      headers: { "content-type": metrics.contentType, "cache-control": "no-store" },
    });
  }

  function answerRun(request: Request, caller: Caller): Response | Promise<Response> {
    const identity = known(request);
    if (!identity) return refuseUnauthenticated(countWrong(request, caller));
    return serveRunFile(request, {
      ...context,
      viewer: identity.viewer,
      request,
      onUnexpectedError: (error, path) => logUnexpected(error, path, caller.requestId),
    });
  }

  function answerGraphql(request: Request, caller: Caller): Response | Promise<Response> {
    // It has a way of its own to show the token: browsers let no page set a socket's headers.
    if (request.headers.has("upgrade")) return sockets.upgrade(request, caller);
    if (isRead(request) && request.headers.get("accept")?.includes("text/html")) {
      return toPage(request);
    }
    const identity = known(request);
    if (!identity) return refuseUnauthenticated(countWrong(request, caller));
    return graphql.answer(request, { ...identity, ...caller });
  }

  async function answerHealth(request: Request): Promise<Response> {
    if (!isRead(request)) return refuseMethod(request, ["GET", "HEAD"]);
    const headers = { "cache-control": "no-store" };
    if (new URL(request.url).pathname === "/healthz") {
      return Response.json({ alive: true }, { headers });
    }
    const readiness = await checkReadiness({
      store,
      isStopping: () => stopping,
      needsWorker: options.workers !== 0,
      workerProblem: options.workerProblem ?? (() => undefined),
    });
    return Response.json(readiness, { status: readiness.ready ? 200 : 503, headers });
  }
}

/** What a request is for, as the metrics name it. */
type Route =
  | "page"
  | "asset"
  | "sign-in"
  | "graphql"
  | "health"
  | "metrics"
  | "run"
  | "none";

/** The paths of the routes, as traces name them: with what differs left out. */
const PATHS: Readonly<Record<Exclude<Route, "health">, string | undefined>> = {
  page: "/",
  asset: `${ASSETS_PATH}*`,
  "sign-in": SIGN_IN_PATH,
  graphql: GRAPHQL_PATH,
  metrics: "/metrics",
  run: "/runs/:id/:file",
  none: undefined,
};

function routeOf(url: URL | null): Route {
  const { pathname = "" } = url ?? {};
  switch (pathname) {
    case "/":
      return "page";
    case GRAPHQL_PATH:
      return "graphql";
    case SIGN_IN_PATH:
      return "sign-in";
    case "/healthz":
    case "/readyz":
      return "health";
    case "/metrics":
      return "metrics";
    default:
      if (pathname.startsWith(ASSETS_PATH)) return "asset";
      return RUN_FILE.test(pathname) ? "run" : "none";
  }
}

function isRead(request: Request): boolean {
  return request.method === "GET" || request.method === "HEAD";
}

/** Sends a browser to the page; ?query= and the like go with it. */
function toPage(request: Request): Response {
  return new Response(null, {
    status: 302,
    headers: { location: `/${new URL(request.url).search}` },
  });
}

function revoked(): GraphQLError {
  return refusal(`${REVOKED}.`, "UNAUTHENTICATED", { status: 401 });
}

function originOf({ hostname, port }: Deno.NetAddr): string {
  // All addresses of the machine, of which this is one.
  if (hostname === "0.0.0.0" || hostname === "::") return `http://localhost:${port}`;
  return `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}
