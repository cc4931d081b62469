/**
 * GraphQL over HTTP: queries and mutations as JSON, subscriptions as server-sent events. Composes Yoga of its
 * plugins; each feature is in its plugin's file.
 */
import type { DocumentNode, GraphQLSchema } from "graphql";
import { createYoga, type Plugin, type YogaServerOptions } from "graphql-yoga";
import type { Limits } from "../config/limits.ts";
import type { ApiContext, Resumption } from "../schema/base/context.ts";
import { auditMutation } from "./auth/audit.ts";
import {
  attachClient,
  clientOf,
  type OperationContext,
  type TransportContext,
  type Yoga,
} from "./graphql/context.ts";
import { createDocumentCache } from "./graphql/document_cache.ts";
import { maskError, type ToPublic, toPublicResult } from "./graphql/mask_errors.ts";
import { useDeferredResults } from "./graphql/plugins/use_deferred_results.ts";
import { useErrorCodes } from "./graphql/plugins/use_error_codes.ts";
import { useInputPaths } from "./graphql/plugins/use_input_paths.ts";
import { useJsonRequests } from "./graphql/plugins/use_json_requests.ts";
import { useMetrics } from "./graphql/plugins/use_metrics.ts";
import { useOperationLimits } from "./graphql/plugins/use_operation_limits.ts";
import { noteRun, useOperationSpan } from "./graphql/plugins/use_operation_span.ts";
import { usePersistedDocuments } from "./graphql/plugins/use_persisted_documents.ts";
import { useSharedResults } from "./graphql/plugins/use_shared_results.ts";
import { useUnconditionalSubscriptions } from "./graphql/plugins/use_unconditional_subscriptions.ts";
import { createPlainQueries } from "./graphql/plain_queries.ts";
import { resumptionOf } from "./graphql/resumption.ts";
import type { Subscriptions } from "./graphql/subscriptions.ts";
import { MULTIPART_BOUNDARY } from "./http/accept.ts";
import type { Client } from "./http/client.ts";
import { refuse } from "./http/errors.ts";
import { refuseOtherMethods } from "./http/methods.ts";
import { createBodyReader } from "./http/read_body.ts";
import { GRAPHQL_PATH } from "./http/paths.ts";
import { logUnexpected, serverLog } from "./observability/log.ts";
import type { Metrics } from "./observability/metrics.ts";
import { RESERVATION_MS } from "./timeouts.ts";
import { createSingleConnections } from "./transports/sse/single_connection.ts";
import { useResultStreams } from "./transports/use_result_streams.ts";

/** GraphQL server behind every transport. */
export interface GraphqlServer {
  /** Responds to a request of an authenticated client. */
  respond(request: Request, client: Client): Response | Promise<Response>;
  /** Executor for transports other than HTTP, which pass the client as context. */
  readonly yoga: Yoga;
}

/** Options of createGraphqlServer(). */
export interface GraphqlServerOptions {
  readonly schema: GraphQLSchema;
  /** The part of the context that all operations share. */
  readonly context: Omit<ApiContext, "viewer" | "onMutation" | "onUnexpectedError">;
  readonly metrics: Pick<Metrics, "countOperation">;
  readonly subscriptions: Subscriptions;
  readonly limits: Limits;
  /** Longest time for a request's body to arrive, once its head has. */
  readonly bodyTimeoutMs: number;
  /** Longest time that a subscriber may leave pending messages unread. */
  readonly stallMs: number;
  /** Fires when the server stops: event streams break off. */
  readonly stopping: AbortSignal;
}

/** PUT and DELETE belong to graphql-sse's single connection mode. */
const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE"];

/** Creates the GraphQL server. */
export function createGraphqlServer(options: GraphqlServerOptions): GraphqlServer {
  const { schema, context, limits, stopping, stallMs, bodyTimeoutMs } = options;
  const toPublic: ToPublic = (result) => toPublicResult(result, limits);
  const singleConnections = createSingleConnections({
    toPublic,
    maxStreams: limits.subscriptions,
    reservationMs: RESERVATION_MS,
    stopping,
    stallMs,
  });
  const readBody = createBodyReader(bodyTimeoutMs);
  const documents = createDocumentCache<DocumentNode>();
  const plainQueries = createPlainQueries({ readBody, documents, limits });
  const yoga = createYoga<TransportContext, OperationContext>({
    ...YOGA_OPTIONS,
    schema,
    context({ request, client = clientOf(request) }) {
      if (!client) throw new Error("Cannot build the context: the request has no client.");
      return operationContext(context, client, resumptionOf(request));
    },
    parserAndValidationCache: {
      documentCache: documents,
      errorCache: createDocumentCache<Error>(),
      // useOperationLimits() caches validation together with its own checks.
      validationCache: false,
    },
    plugins: createPlugins(options, toPublic, {
      useJsonRequests: useJsonRequests(readBody),
      usePlainQueries: plainQueries.plugin,
      useSingleConnections: singleConnections.plugin,
    }),
  });
  // Not yoga.fetch(): it waits for the client's disconnection as well, which transports detect themselves.
  const handleRequest = yoga.handleRequest as (
    request: Request,
    context?: TransportContext,
  ) => Response | Promise<Response>;

  async function execute(request: Request, client: Client): Promise<Response> {
    attachClient(request, client);
    const plain = singleConnections.hasOperation(request)
      ? undefined
      : await plainQueries.respond(request, yoga);
    const response = plain ?? await handleRequest(request);
    return response.status === 406 ? notAcceptable() : response;
  }

  return {
    yoga,
    respond(request, client) {
      const refused = refuseOtherMethods(request, METHODS);
      if (refused) return refused;
      if (request.method === "HEAD") {
        return withoutContent(execute(new Request(request, { method: "GET" }), client));
      }
      return singleConnections.respond(request, client) ?? execute(request, client);
    },
  };
}

/** Settings that depend on nothing: no page, no CORS, no forms, no files. */
const YOGA_OPTIONS: YogaServerOptions<TransportContext, OperationContext> = {
  graphqlEndpoint: GRAPHQL_PATH,
  graphiql: false,
  landingPage: false,
  cors: false,
  multipart: false,
  // useJsonRequests() limits bodies.
  maxRequestBodySize: false,
  maskedErrors: { maskError },
  logging: {
    // One line for each step of each request.
    debug: () => {},
    info: (...message) => serverLog.debug("Yoga: {message}", { message }),
    warn: (...message) => serverLog.warning("Yoga: {message}", { message }),
    // maskError() has logged it already.
    error: () => {},
  },
};

type Plugins = NonNullable<YogaServerOptions<TransportContext, OperationContext>["plugins"]>;

/**
 * Lists the plugins in the order in which their hooks run. Reading a request comes first, refusals before
 * execution, and the form of results last.
 */
function createPlugins(
  options: GraphqlServerOptions,
  toPublic: ToPublic,
  made: Readonly<
    Record<"useJsonRequests" | "usePlainQueries" | "useSingleConnections", Plugin>
  >,
): Plugins {
  const { metrics, subscriptions, limits, stallMs, stopping } = options;
  return [
    made.useJsonRequests,
    made.usePlainQueries,
    usePersistedDocuments(),
    useOperationSpan(),
    // After useOperationSpan(), which sees the result before it goes to an event stream.
    made.useSingleConnections,
    // Before useMetrics(), which counts the subscription that this one starts.
    useSharedResults(),
    useMetrics(metrics, subscriptions),
    useOperationLimits(limits, subscriptions),
    useUnconditionalSubscriptions(),
    useInputPaths(),
    useDeferredResults(toPublic),
    useErrorCodes(limits),
    useResultStreams(toPublic, { stopping, stallMs }),
  ];
}

function operationContext(
  shared: GraphqlServerOptions["context"],
  client: Client,
  resumption: Resumption | undefined,
): OperationContext {
  return {
    ...shared,
    client,
    resumption,
    viewer: client.viewer,
    onMutation(record) {
      noteRun(record.runId);
      auditMutation(client, record);
    },
    onUnexpectedError: (error, path) => logUnexpected(error, path, client.requestId),
  };
}

function notAcceptable(): Response {
  return refuse(
    406,
    "BAD_USER_INPUT",
    "Cannot answer in a form that the client accepts: accept must name application/json or " +
      "application/graphql-response+json for a query or mutation; text/event-stream or " +
      `multipart/mixed;boundary=${MULTIPART_BOUNDARY};subscriptionSpec=1.0 for a subscription, which is also ` +
      "served over WebSocket " +
      "(graphql-transport-ws); multipart/mixed or multipart/mixed;deferSpec=20220824 for @defer.",
  );
}

/** Turns the response to a GET into the one to a HEAD. An event stream is ended. */
async function withoutContent(responding: Promise<Response>): Promise<Response> {
  const response = await responding;
  const { status, headers, body } = response;
  if (headers.get("content-type")?.startsWith("text/event-stream")) await body?.cancel();
  else headers.set("content-length", String((await response.bytes()).length));
  return new Response(null, { status, headers });
}
