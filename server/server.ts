/** HTTP server: composes routes, GraphQL, WebSockets and metrics, and stops without cutting off a request. */
import type { GraphQLError, GraphQLSchema } from "graphql";
import { DEFAULT_LIMITS, type Limits } from "../config/limits.ts";
import { deadline } from "../lib/deadline.ts";
import type { UploadStore } from "../data/uploads/upload_store.ts";
import type { Imports } from "../imports/service.ts";
import type { Device, EngineName } from "../ml/spec/spec.ts";
import type { StartWeights } from "../runs/checkpoints/start_weights.ts";
import type { CheckpointEvaluator } from "../runs/reading/checkpoint_evaluator.ts";
import type { RunStore } from "../runs/store/store.ts";
import type { Webhooks } from "../webhooks/service.ts";
import type { ApiContext, Datasets } from "../schema/base/context.ts";
import { createFailedLogins } from "./auth/failed_logins.ts";
import { addCorsHeaders } from "./auth/origins.ts";
import { withSecurityHeaders } from "./auth/security.ts";
import { REVOKED, revokedTokens, type Token } from "./auth/tokens.ts";
import { createGraphqlServer } from "./graphql_server.ts";
import { createSubscriptions } from "./graphql/subscriptions.ts";
import { addressOf, type Caller, keyOfToken } from "./http/client.ts";
import { refuse } from "./http/errors.ts";
import { listen } from "./http/listen.ts";
import { pathPattern, type Route, routeOf } from "./http/paths.ts";
import { refusal } from "./http/refusal.ts";
import { REQUEST_ID_HEADER, requestIdOf } from "./http/request_id.ts";
import type { StaticFiles } from "./http/static_files.ts";
import { createInFlight } from "./in_flight.ts";
import { checkReadiness } from "./observability/health.ts";
import { serverLog } from "./observability/log.ts";
import { createMetrics, type Metrics } from "./observability/metrics.ts";
import { describeRequest } from "./observability/request_span.ts";
import { respond, type RouteServices } from "./routes.ts";
import { BODY_TIMEOUT_MS, SHUTDOWN_GRACE_MS, STALL_MS } from "./timeouts.ts";
import { StreamBrokenError } from "./transports/result_stream.ts";
import { createWebSockets } from "./transports/websocket/websocket.ts";

/** Options of startServer(). */
export interface ServerOptions {
  /** Port to listen on; 0 takes any free one. */
  readonly port: number;
  readonly hostname: string;
  /** Version of epochql, for the metrics. */
  readonly version?: string;
  /** Accepted tokens. If there are none, no token is required. */
  readonly tokens?: readonly Token[];
  /** Origins of other pages that may use the API; none by default. */
  readonly origins?: readonly string[];
  /** Number of proxies in front of the server, each of which adds to X-Forwarded-For; 0 by default. */
  readonly proxies?: number;
  /** Limits of each client, in place of the defaults. */
  readonly limits?: Partial<Limits>;
  /** Longest time for a request's body to arrive; 30 s by default. */
  readonly bodyTimeoutMs?: number;
  /** Longest time that a subscriber may leave pending messages unread; 60 s by default. */
  readonly stallMs?: number;
  readonly schema: GraphQLSchema;
  readonly store: RunStore;
  readonly datasets: Datasets;
  /** Weights that trainings begin with; without it, all begin with random ones. */
  readonly weights?: StartWeights;
  /** Imported datasets; without it, there are only the built-in ones. */
  readonly imports?: Imports;
  /** Files that clients send; without it, none are taken. */
  readonly uploads?: UploadStore;
  /** Evaluates checkpoints; without it, nothing can be predicted. */
  readonly evaluator?: CheckpointEvaluator;
  /** Delivers webhooks; without it, none can be created. */
  readonly webhooks?: Webhooks;
  /** Deletes a run with its files; without it, no run can be deleted. */
  readonly deleteRun?: (runId: string) => Promise<boolean>;
  /** Device of runs that request AUTO; without it, their worker decides. */
  readonly device?: Device;
  /** Engine of runs that request AUTO; without it, their worker decides. */
  readonly engine?: EngineName;
  readonly staticFiles: StaticFiles;
  /**
   * Number of workers that belong to this server; 1 by default. A server without workers is ready even if none is
   * alive: it accepts runs for later, and cannot start a worker.
   */
  readonly workers?: number;
  /** Returns the problem of the workers that belong to this server, if it is known. */
  readonly workerProblem?: () => string | undefined;
}

/** A server that accepts requests. */
export interface RunningServer {
  /** Origin of its URLs: 'http://127.0.0.1:8000'. */
  readonly origin: string;
  /** Replaces the accepted tokens. Clients connected by a token that is revoked are disconnected. */
  setTokens(tokens: readonly Token[]): void;
  /** Ends subscriptions, lets requests finish for a moment, then closes everything. The store stays open. */
  stop(): Promise<void>;
}

/**
 * Starts listening.
 *
 * @throws {ListenError} if the port is in use, for example
 */
export function startServer(options: ServerOptions): RunningServer {
  let { tokens = [] } = options;
  let isStopping = false;
  const closing = new AbortController();
  const stopping = new AbortController();
  const inFlight = createInFlight();
  const { subscriptions, ...services } = createServices(options, {
    tokens: () => tokens,
    isStopping: () => isStopping,
    stopping: stopping.signal,
  });
  const { metrics, sockets } = services;

  const server = listen(
    options,
    {
      signal: closing.signal,
      onError(error) {
        // A stream that is broken off on purpose is no failure.
        if (!(error instanceof StreamBrokenError)) {
          serverLog.error("A request failed: {error}", { error });
        }
        return withSecurityHeaders(refuse(500, "INTERNAL", "Unexpected error"), "data");
      },
    },
    async (request, { remoteAddr, completed }) => {
      inFlight.add(completed);
      return await handle(request, services, {
        address: addressOf(request, remoteAddr.hostname, options.proxies ?? 0),
        requestId: requestIdOf(request),
      });
    },
  );

  return {
    origin: originOf(server.addr),
    setTokens(now) {
      const revoked = revokedTokens(tokens, now);
      tokens = now;
      sockets.revoke(revoked);
      for (const name of revoked) subscriptions.revoke(keyOfToken(name), tokenRevoked());
    },
    async stop() {
      isStopping = true;
      const idle = inFlight.idle();
      const closed = sockets.close();
      stopping.abort();
      subscriptions.end();
      await deadline<unknown>(SHUTDOWN_GRACE_MS, Promise.all([closed, idle]), () => {});
      closing.abort();
      await server.finished;
      metrics.close();
    },
  };
}

/** State of the server that its parts depend on. */
interface ServerState {
  tokens(): readonly Token[];
  isStopping(): boolean;
  readonly stopping: AbortSignal;
}

function createServices(options: ServerOptions, state: ServerState) {
  const { schema, store, datasets, hostname, staticFiles } = options;
  const { bodyTimeoutMs = BODY_TIMEOUT_MS, stallMs = STALL_MS } = options;
  const { tokens, isStopping, stopping } = state;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const failedLogins = createFailedLogins();
  const subscriptions = createSubscriptions(
    limits.subscriptions,
    (count) => metrics.countDeliveries(count),
  );
  const metrics: Metrics = createMetrics({
    store,
    version: options.version ?? "unknown",
    openSubscriptions: subscriptions.count,
    openSockets: () => sockets.open,
    webhookAttempts: options.webhooks?.attempts,
  });
  const context: Omit<ApiContext, "viewer"> = {
    store,
    datasets,
    maxQueuedRuns: limits.queuedRuns,
    imports: options.imports,
    uploads: options.uploads,
    weights: options.weights,
    evaluator: options.evaluator,
    webhooks: options.webhooks,
    maxWebhooks: limits.webhooks,
    deleteRun: options.deleteRun,
    device: options.device,
    engine: options.engine,
    onLiveEvent: (event, subscribers) => metrics.countLiveEvent(event, subscribers),
  };
  const graphql = createGraphqlServer({
    schema,
    context,
    metrics,
    subscriptions,
    limits,
    bodyTimeoutMs,
    stallMs,
    stopping,
  });
  const sockets = createWebSockets({ yoga: graphql.yoga, tokens, failedLogins, limits, stallMs });
  return {
    hostname,
    tokens,
    origins: new Set(options.origins),
    isStopping,
    checkReadiness: () =>
      checkReadiness({
        store,
        isStopping,
        needsWorker: options.workers !== 0,
        workerProblem: options.workerProblem ?? (() => undefined),
      }),
    bodyTimeoutMs,
    context,
    staticFiles,
    failedLogins,
    subscriptions,
    metrics,
    graphql,
    sockets,
  } satisfies RouteServices & { readonly subscriptions: unknown };
}

/** Responds to a request, and records it in metrics, traces and the log. */
async function handle(
  request: Request,
  services: RouteServices,
  caller: Caller,
): Promise<Response> {
  const started = performance.now();
  const url = URL.parse(request.url);
  const route: Route = routeOf(url?.pathname ?? "");
  const response = await respond(route, request, url, caller, services);
  const { method } = request;
  const { status } = response;
  const seconds = (performance.now() - started) / 1000;
  const path = url?.pathname;
  services.metrics.countRequest(route, method, status, seconds);
  describeRequest(method, pathPattern(route, path), status);
  if (serverLog.isEnabledFor("debug")) {
    const { requestId } = caller;
    const record = { method, path, status, seconds, requestId };
    serverLog.debug("{method} {path} {status} in {seconds} s", record);
  }
  if (status === 101) return response;
  withSecurityHeaders(response, route === "graphql" ? "data" : "document");
  addCorsHeaders(response, request, route, services.origins);
  response.headers.append(REQUEST_ID_HEADER, caller.requestId);
  return response;
}

function tokenRevoked(): GraphQLError {
  return refusal(`${REVOKED}.`, "UNAUTHENTICATED", { status: 401 });
}

function originOf({ hostname, port }: Deno.NetAddr): string {
  // All addresses of the machine, of which this is one.
  if (hostname === "0.0.0.0" || hostname === "::") return `http://localhost:${port}`;
  return `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}
