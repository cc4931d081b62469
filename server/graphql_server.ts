/**
 * GraphQL over HTTP: queries and mutations as JSON, subscriptions as server-sent events. Yoga does it; this
 * file says what it may do: no page, no CORS, no forms, no files, and errors with the project's codes.
 */
import { type DocumentNode, type ExecutionResult, GraphQLError, type GraphQLSchema } from "graphql";
import { createYoga, type Plugin, type YogaServerInstance } from "graphql-yoga";
import { LRUCache } from "lru-cache";
import type { Limits } from "../config.ts";
import type { ApiContext } from "../schema/base/context.ts";
import { auditMutation } from "./auth/audit.ts";
import { limitBody } from "./http/body_size.ts";
import type { Client } from "./http/client.ts";
import { useDeferredResults } from "./graphql/plugins/use_deferred_results.ts";
import { errorCode, refuse, refuseMethod } from "./http/errors.ts";
import { encodeEvents, type ToPublic } from "./transports/sse/event_frames.ts";
import { eventStream, STREAM_HEADERS, type StreamOptions } from "./transports/sse/event_stream.ts";
import { readJsonBody } from "./http/json_body.ts";
import { logUnexpected, serverLog } from "./observability/log.ts";
import { useOperationLimits } from "./graphql/plugins/use_operation_limits.ts";
import { lateRule, refusal } from "./limits.ts";
import type { Metrics } from "./observability/metrics.ts";
import { useMetrics } from "./graphql/plugins/use_metrics.ts";
import { noteRun, useOperationSpan } from "./graphql/plugins/use_operation_span.ts";
import { createSharedDeadline } from "../lib/shared_deadline.ts";
import { usePersistedDocuments } from "./graphql/plugins/use_persisted_documents.ts";
import { maskError, publicMessage, toPublicResult } from "./graphql/mask_errors.ts";
import { useSharedResults } from "./graphql/plugins/use_shared_results.ts";
import { createSingleConnections } from "./transports/sse/single_connection.ts";
import type { Subscriptions } from "./graphql/subscriptions.ts";
import { refuseConditionalSubscriptions } from "./graphql/plugins/use_unconditional_subscriptions.ts";

/** Yoga, with the schema's context for each operation. */
export type Yoga = YogaServerInstance<SocketContext, OperationContext>;

/** What is known of an operation before it is carried out, where it comes by a WebSocket. */
export type SocketContext = { readonly client?: Client };

/** The schema's context, and who asks. */
export type OperationContext = ApiContext & { readonly client: Client };

/** The GraphQL server. */
export interface GraphqlServer {
  /** Answers by HTTP. */
  answer(request: Request, client: Client): Response | Promise<Response>;
  /** For operations that come in another way, with their client as its context. */
  readonly yoga: Yoga;
}

/** What Yoga is made of. */
export interface YogaOptions {
  readonly schema: GraphQLSchema;
  /** What is the same for every operation. */
  readonly context: Omit<ApiContext, "viewer" | "onMutation" | "onUnexpectedError">;
  readonly metrics: Pick<Metrics, "countOperation">;
  readonly subscriptions: Subscriptions;
  readonly limits: Limits;
  /** How long the body of a request may take to come in, once its head has. */
  readonly bodyPatienceMs: number;
  /** How long a subscriber may take nothing of what waits for it. */
  readonly stallMs: number;
  /** Says that the server stops: streams break off. */
  readonly stopping: AbortSignal;
}

export const GRAPHQL_PATH = "/graphql";

/** PUT and DELETE are of graphql-sse's single connection mode. */
const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE"];

/** How long a client may take to open the event stream that it has reserved. */
const RESERVED_MS = 30_000;

/** The largest request. Operations are text: the page's largest is 2 kB. */
export const MAX_REQUEST_BYTES = 1_000_000;

/**
 * Where a request holds its client. Yoga copies what it is given beside a request, and a WeakMap of all requests is work
 * for each collection of garbage.
 */
const CLIENT = Symbol("client");

type Asked = Request & { [CLIENT]?: Client };

/** On a WebSocket, operations have no request. */
function clientOf(request: Asked | undefined): Client | undefined {
  return request?.[CLIENT];
}

/** Makes the GraphQL server. */
export function createGraphqlServer(options: YogaOptions): GraphqlServer {
  const { schema, context, metrics, subscriptions, limits, stopping } = options;
  const { bodyPatienceMs, stallMs } = options;
  const toPublic: ToPublic = (answer) => toPublicResult(answer, limits);
  const singleConnections = createSingleConnections({
    toPublic,
    most: limits.subscriptions,
    reservedMs: RESERVED_MS,
    stopping,
    stallMs,
  });
  const yoga = createYoga<SocketContext, OperationContext>({
    schema,
    context({ request, client = clientOf(request) }) {
      if (!client) throw new Error("There must be somebody who asks.");
      return {
        ...context,
        client,
        viewer: client.viewer,
        onMutation(record) {
          noteRun(record.runId);
          auditMutation(client, record);
        },
        onUnexpectedError: (error, path) => logUnexpected(error, path, client.requestId),
      };
    },
    graphqlEndpoint: GRAPHQL_PATH,
    graphiql: false,
    landingPage: false,
    cors: false,
    multipart: false,
    // readJsonOnly() holds bodies to their size.
    maxRequestBodySize: false,
    maskedErrors: { maskError },
    parserAndValidationCache: {
      documentCache: boundedCache<DocumentNode>(),
      errorCache: boundedCache<Error>(),
      // limitOperations() keeps what came of it.
      validationCache: false,
    },
    logging: {
      // Each step of each request.
      debug: () => {},
      info: (...told) => serverLog.debug("Yoga: {told}", { told }),
      warn: (...told) => serverLog.warning("Yoga: {told}", { told }),
      // maskError() has logged it already.
      error: () => {},
    },
    plugins: [
      readJsonOnly(bodyPatienceMs),
      usePersistedDocuments(),
      useOperationSpan(),
      // What it is given of an operation, the trace has seen.
      singleConnections.plugin,
      useSharedResults(),
      useMetrics(metrics, subscriptions),
      useOperationLimits(limits, subscriptions),
      refuseConditionalSubscriptions(),
      useDeferredResults(toPublic),
      nameErrors(limits),
      streamAnswers(toPublic, { stopping, stallMs }),
    ],
  });
  // Not yoga.fetch(), which waits for the client's leaving as well: those who have to know of it look themselves.
  const handleRequest = yoga.handleRequest as (
    request: Request,
    context?: SocketContext,
  ) => Response | Promise<Response>;
  return {
    yoga,
    answer(request, client) {
      const { method } = request;
      if (!METHODS.includes(method)) return refuseMethod(request, METHODS);
      if (method === "HEAD") return answerHead(request, client);
      return singleConnections.answer(request, client) ?? handle(request, client);
    },
  };

  async function handle(request: Asked, client: Client): Promise<Response> {
    request[CLIENT] = client;
    const response = await handleRequest(request);
    if (response.status !== 406) return response;
    return refuse(
      406,
      "BAD_USER_INPUT",
      "Cannot answer in a form that the client takes: accept must be text/event-stream for a " +
        "subscription, application/graphql-response+json or application/json for the rest.",
    );
  }

  /** What a GET would be answered, without its content. An event stream that is reserved stays as it is. */
  async function answerHead(request: Request, client: Client): Promise<Response> {
    const response = await handle(new Request(request, { method: "GET" }), client);
    const { status, headers, body } = response;
    if (headers.get("content-type")?.startsWith("text/event-stream")) await body?.cancel();
    else headers.set("content-length", String((await response.bytes()).length));
    return new Response(null, { status, headers });
  }
}

/**
 * Characters of the documents that are kept as they were parsed, which takes some hundred times as much memory. Yoga's
 * own cache counts documents, however long they are.
 */
const KEPT_CHARACTERS = 200_000;
const LONGEST_KEPT = 20_000;

/** What was made of documents, by their text. */
function boundedCache<Made extends object>(): LRUCache<string, Made> {
  return new LRUCache({
    maxSize: KEPT_CHARACTERS,
    maxEntrySize: LONGEST_KEPT,
    sizeCalculation: (_made, text) => Math.max(1, text.length),
  });
}

/** What a GET must ask for: no <img>, <script> or link of another site's page does. */
const ANSWER_TYPES = /application\/(graphql-response\+)?json|text\/event-stream/i;

/** A form can be sent by any page without asking (CSRF), JSON cannot. */
function readJsonOnly(patienceMs: number): Plugin {
  const patience = createSharedDeadline(patienceMs);
  return {
    onRequestParse({ request, requestParser, setRequestParser, endResponse }) {
      const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
      if (request.method === "POST" && !/^application\/(graphql\+)?json$/.test(type ?? "")) {
        endResponse(
          refuse(
            415,
            "BAD_USER_INPUT",
            `Cannot read the request: its content-type must be application/json, ` +
              `got ${type ? `'${type}'` : "none"}.`,
          ),
        );
      }
      const accept = request.method === "GET" ? request.headers.get("accept") ?? "" : undefined;
      if (accept !== undefined && !ANSWER_TYPES.test(accept)) {
        endResponse(
          // What is well-formed is answered with 200 where no other form than application/json is asked for.
          refuse(
            200,
            "BAD_USER_INPUT",
            "Cannot answer a GET: its accept must name application/json, application/graphql-response+json " +
              `or text/event-stream, got '${accept.slice(0, 100)}'.`,
          ),
        );
      }
      if (!requestParser) return;
      setRequestParser(async (request) => {
        const parsed = await (request.method === "POST"
          ? patience(readJsonBody(limitBody(request, MAX_REQUEST_BYTES)), () =>
            late(patienceMs))
          : readParameters(() => requestParser(request)));
        if (Array.isArray(parsed)) throw batched(parsed.length);
        return parsed;
      });
    },
  };
}

/** Does it, for the URL of a GET. */
async function readParameters<Parsed>(read: () => Parsed): Promise<Awaited<Parsed>> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new GraphQLError(
      `Cannot read the request: variables and extensions must be JSON. ${error.message}`,
      { extensions: { code: "BAD_USER_INPUT", http: { status: 400 } } },
    );
  }
}

function late(patienceMs: number): GraphQLError {
  return refusal(lateRule(patienceMs), "BAD_USER_INPUT", {
    status: 408,
    headers: { connection: "close" },
  });
}

function batched(count: number): GraphQLError {
  return refusal(`a request must hold one operation, got a list of ${count}.`);
}

/** Sends the answers of a subscription as server-sent events. */
function streamAnswers(toPublic: ToPublic, options: StreamOptions): Plugin {
  const encode = (answers: readonly ExecutionResult[]) => encodeEvents(answers, toPublic);
  return {
    onResultProcess({ request, result, setResultProcessor }) {
      if (Array.isArray(result) || !(Symbol.asyncIterator in result)) return;
      if (!request.headers.get("accept")?.includes("text/event-stream")) return;
      const answers = result as AsyncIterable<ExecutionResult>;
      setResultProcessor(
        () => new Response(eventStream(answers, encode, options), { headers: STREAM_HEADERS }),
        "text/event-stream",
      );
    },
  };
}

/** Gives the errors of an answer the project's codes; those of events have them already. */
function nameErrors(limits: Limits): Plugin {
  return {
    onResultProcess({ request, result }) {
      if (Array.isArray(result) || Symbol.asyncIterator in result || !result.errors) return;
      const streams = request.headers.get("accept")?.includes("text/event-stream");
      for (const error of result.errors) {
        const { extensions } = error;
        error.message = publicMessage(error, limits);
        const code = extensions.code = errorCode(extensions);
        // A subscription that cannot begin is refused as a whole, though a field says why.
        if (!("data" in result)) {
          extensions.http ??= { status: code === "INTERNAL" ? 500 : 400, spec: true };
        }
        // Readers of a stream see what its events say, and of a refusal only that it was one.
        const { http } = extensions;
        if (streams && http?.status !== undefined && http.status < 500) http.spec = true;
      }
    },
  };
}
