/**
 * graphql-sse's single connection mode: one event stream for all operations of a client, for browsers that open only
 * six connections per server without HTTP/2. PUT reserves a stream, GET opens it, operations that carry its token send
 * their results to it, and DELETE ends one of them. Not graphql-sse's own handler: it buffers without a limit.
 *
 * @see https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md#single-connection-mode
 */
import type { ExecutionResult, GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Client } from "../../http/client.ts";
import { refuse } from "../../http/errors.ts";
import { refusal } from "../../http/refusal.ts";
import { MAX_OPERATIONS_PER_SOCKET } from "../../limits.ts";
import { toResults } from "../result_stream.ts";
import {
  createReservations,
  type EventStream,
  type ReservationOptions,
  TOKEN_HEADER,
} from "./reservations.ts";

/** Single connections of a server's clients. */
export interface SingleConnections {
  /**
   * Responds to requests that are no operation: a reservation, the stream itself, the end of an operation, and an
   * unknown stream's token. Undefined for the rest, which Yoga handles.
   */
  respond(request: Request, client: Client): Response | undefined;
  /** Returns whether a request is an operation whose results go to a stream. */
  hasOperation(request: Request): boolean;
  /** Yoga plugin that sends the results of operations to the streams that they name. */
  readonly plugin: Plugin;
}

/** An operation whose results go to a stream. */
interface Operation {
  readonly stream: EventStream;
  /** True if it was parsed, validated and begun: from then on all results and errors go to the stream. */
  isBegun: boolean;
  isOnStream: boolean;
}

/** Operations by the request that sent them. */
type Operations = WeakMap<Request, Operation>;

const MAX_OPERATION_ID = 100;

/** Creates single connections without any stream. */
export function createSingleConnections(options: ReservationOptions): SingleConnections {
  const reservations = createReservations(options);
  const operations: Operations = new WeakMap();
  return {
    hasOperation: (request) => operations.has(request),
    plugin: useSingleConnections(operations),
    respond(request, client) {
      const { method, headers, url } = request;
      if (method === "PUT") return reservations.reserve(client);
      if (method !== "DELETE" && !headers.has(TOKEN_HEADER)) return undefined;
      const stream = reservations.find(request, client);
      if (!stream) return unknownStream(headers.has(TOKEN_HEADER));
      if (method === "DELETE") return endOperation(url, stream);
      if (method === "GET" && headers.get("accept")?.includes("text/event-stream")) {
        return reservations.open(stream);
      }
      operations.set(request, { stream, isBegun: false, isOnStream: false });
      return undefined;
    },
  };
}

function useSingleConnections(operations: Operations): Plugin {
  return {
    onParams({ request, paramsHandler, setParamsHandler }) {
      const operation = operations.get(request);
      if (!operation) return;
      const { results } = operation.stream;
      setParamsHandler(async (payload) => {
        const id: unknown = payload.params.extensions?.operationId;
        const error = refuseOperation(operation.stream, id);
        if (error) return { errors: [error] };
        const slot = results.add(String(id));
        try {
          const result = await paramsHandler(payload);
          if (!operation.isBegun) return result;
          const source = toResults(result as ExecutionResult)[Symbol.asyncIterator]();
          // A client that disconnected before the 202 does not know that there is an operation to end.
          operation.isOnStream = !request.signal.aborted && slot.read(source);
          if (operation.isOnStream) return {};
          await source.return?.();
          return { errors: [ended()] };
        } finally {
          if (!operation.isOnStream) slot.release();
        }
      });
    },
    // Runs after parsing and validation.
    onContextBuilding({ context, extendContext }) {
      const { request } = context as { readonly request?: Request };
      const operation = request && operations.get(request);
      if (!operation) return;
      operation.isBegun = true;
      const signal = AbortSignal.any([request.signal, operation.stream.gone]);
      // Its results are sent as events, whatever this request accepts.
      const headers = { accept: "text/event-stream" };
      extendContext({ request: new Request(request.url, { signal, headers }) });
    },
    onResultProcess({ request, resultProcessor, setResultProcessor }) {
      const operation = operations.get(request);
      if (!operation) return;
      if (operation.isOnStream) {
        setResultProcessor(() => new Response(null, { status: 202 }), "*/*");
      } else if (resultProcessor) {
        // In this form a refusal has its status, which is all that graphql-sse reads of it.
        setResultProcessor(resultProcessor, "application/graphql-response+json");
      }
    },
  };
}

/** Returns why a stream cannot have an operation of this id; undefined if it can. */
function refuseOperation({ results }: EventStream, id: unknown): GraphQLError | undefined {
  if (typeof id !== "string" || id === "" || id.length > MAX_OPERATION_ID) {
    return refusal(
      `extensions.operationId must be a text of 1 to ${MAX_OPERATION_ID} characters, by which the event ` +
        "stream names the operation.",
      "BAD_USER_INPUT",
      { status: 400 },
    );
  }
  if (results.has(id)) {
    return refusal(
      "extensions.operationId must be that of no other operation on the event stream, got one again.",
      "CONFLICT",
      { status: 409 },
    );
  }
  if (results.size < MAX_OPERATIONS_PER_SOCKET) return undefined;
  return refusal(
    `an event stream must carry at most ${MAX_OPERATIONS_PER_SOCKET} operations at a time, ` +
      `got ${results.size + 1}. Read their answers, or end one.`,
    "RATE_LIMITED",
    { status: 429 },
  );
}

function unknownStream(hasToken: boolean): Response {
  return refuse(
    404,
    "NOT_FOUND",
    `Cannot find the event stream: the header ${TOKEN_HEADER} must be the token of a stream ` +
      `that you have, got ${hasToken ? "another" : "none"}. Reserve one with PUT.`,
  );
}

function endOperation(url: string, { results }: EventStream): Response {
  const id = new URL(url).searchParams.get("operationId");
  if (!id) {
    return refuse(
      400,
      "BAD_USER_INPUT",
      "Cannot end an operation: the URL must have its operationId, got none.",
    );
  }
  // The operation may be complete already.
  results.end(id);
  return new Response();
}

function ended(): GraphQLError {
  return refusal(
    "the operation and its event stream must be open until it is carried out, got the end of one of them.",
    "NOT_FOUND",
    { status: 404 },
  );
}
