/**
 * graphql-sse's single connection mode: one event stream for all operations of a client, of use to browsers, which open
 * six connections to a server without HTTP/2. PUT reserves a stream, GET opens it, operations that show its token are
 * answered on it, and DELETE ends one of them. Yoga carries them out as any other.
 *
 * Not graphql-sse's own handler: it keeps what a client does not read, however much that is.
 *
 * @see https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md#single-connection-mode
 */
import type { ExecutionResult } from "graphql";
import type { Plugin } from "graphql-yoga";
import { type Client, keyOf } from "../../http/client.ts";
import { refuse } from "../../http/errors.ts";
import { encodeMessages, type ToPublic } from "./event_frames.ts";
import { eventStream, STREAM_HEADERS, type StreamOptions } from "./event_stream.ts";
import { MAX_OPERATIONS_PER_SOCKET, refusal } from "../../limits.ts";
import { type MergedResults, mergeResults } from "./merged_results.ts";

/** The event streams of a server's clients. */
export interface SingleConnections {
  /**
   * Answers what is no operation: a reservation, the stream itself, the end of an operation, and what shows the token of
   * no stream. Undefined for the rest, which is Yoga's.
   */
  answer(request: Request, client: Client): Response | undefined;
  /** Puts the answers of operations on the streams that they name. */
  readonly plugin: Plugin;
}

/** What streams need of the server. */
export interface SingleConnectionOptions extends StreamOptions {
  readonly toPublic: ToPublic;
  /** How many a client may have. */
  readonly most: number;
  /** How long a stream is kept that nobody opens. */
  readonly reservedMs: number;
}

/** A reservation, and the stream that it becomes. */
interface EventStream {
  /** Who may use it. */
  readonly owner: string;
  readonly answers: MergedResults;
  /** Fires when the stream is over. */
  readonly gone: AbortSignal;
  readonly expiry: ReturnType<typeof setTimeout>;
  isOpen: boolean;
}

/** An operation that is to be answered on a stream. */
interface Operation {
  readonly stream: EventStream;
  /** Parsed, valid, and begun: whatever comes of it goes on the stream. */
  isBegun: boolean;
  isOnStream: boolean;
}

const TOKEN_HEADER = "x-graphql-event-stream-token";

const LONGEST_OPERATION_ID = 100;

/** Starts with no stream. */
export function createSingleConnections(options: SingleConnectionOptions): SingleConnections {
  const { toPublic, most, reservedMs, stopping, stallMs } = options;
  const streams = new Map<string, EventStream>();
  const operations = new WeakMap<Request, Operation>();
  // Those that are open break off by themselves; those that are not, nobody else forgets.
  stopping.addEventListener("abort", () => {
    for (const { answers } of streams.values()) void answers.return();
  });

  function reserve(client: Client): Response {
    const owner = keyOf(client);
    const count = streams.values().filter((stream) => stream.owner === owner).toArray().length;
    if (count >= most) {
      return refuse(
        429,
        "RATE_LIMITED",
        `Cannot reserve an event stream: a client must have at most ${most} of them, ` +
          `got ${count + 1}. Close one first.`,
      );
    }
    const token = crypto.randomUUID();
    const gone = new AbortController();
    const expiry = setTimeout(() => void answers.return(), reservedMs);
    Deno.unrefTimer(expiry);
    const answers = mergeResults(() => {
      clearTimeout(expiry);
      streams.delete(token);
      gone.abort();
    });
    streams.set(token, { owner, answers, gone: gone.signal, expiry, isOpen: false });
    return new Response(token, { status: 201, headers: { "content-type": "text/plain" } });
  }

  /** The stream whose token a request shows, if it is the client's own. */
  function find(request: Request, client: Client): EventStream | undefined {
    const stream = streams.get(request.headers.get(TOKEN_HEADER) ?? "");
    return stream?.owner === keyOf(client) ? stream : undefined;
  }

  function open(stream: EventStream): Response {
    if (stream.isOpen) {
      return refuse(
        409,
        "CONFLICT",
        "Cannot open the event stream: it must be open once at a time, got a second GET. Reserve another one with PUT.",
      );
    }
    stream.isOpen = true;
    clearTimeout(stream.expiry);
    const body = eventStream(
      stream.answers,
      (messages) => encodeMessages(messages, toPublic),
      { stopping, stallMs },
    );
    return new Response(body, { headers: STREAM_HEADERS });
  }

  function endOperation(url: string, { answers }: EventStream): Response {
    const id = new URL(url).searchParams.get("operationId");
    if (!id) {
      return refuse(
        400,
        "BAD_USER_INPUT",
        "Cannot end an operation: the URL must have its operationId, got none.",
      );
    }
    // It may be over already.
    answers.end(id);
    return new Response();
  }

  /** Why there can be no operation of this name on a stream; undefined where there can. */
  function refuseOperation({ answers }: EventStream, id: unknown) {
    if (typeof id !== "string" || id === "" || id.length > LONGEST_OPERATION_ID) {
      return refusal(
        `extensions.operationId must be a text of 1 to ${LONGEST_OPERATION_ID} characters, by which the event ` +
          "stream names the operation.",
        "BAD_USER_INPUT",
        { status: 400 },
      );
    }
    if (answers.has(id)) {
      return refusal(
        "extensions.operationId must be that of no other operation on the event stream, got one again.",
        "CONFLICT",
        { status: 409 },
      );
    }
    if (answers.size < MAX_OPERATIONS_PER_SOCKET) return undefined;
    return refusal(
      `an event stream must carry at most ${MAX_OPERATIONS_PER_SOCKET} operations at a time, ` +
        `got ${answers.size + 1}. Read their answers, or end one.`,
      "RATE_LIMITED",
      { status: 429 },
    );
  }

  const plugin: Plugin = {
    onParams({ request, paramsHandler, setParamsHandler }) {
      const operation = operations.get(request);
      if (!operation) return;
      const { answers } = operation.stream;
      setParamsHandler(async (payload) => {
        const id: unknown = payload.params.extensions?.operationId;
        const error = refuseOperation(operation.stream, id);
        if (error) return { errors: [error] };
        const room = answers.add(String(id));
        try {
          const result = await paramsHandler(payload);
          if (!operation.isBegun) return result;
          const source = Symbol.asyncIterator in result
            ? result[Symbol.asyncIterator]()
            : one(result as ExecutionResult);
          // A client that did not wait for the 202 cannot know that there is something to end.
          operation.isOnStream = !request.signal.aborted && room.read(source);
          if (operation.isOnStream) return {};
          await source.return?.();
          return { errors: [ended()] };
        } finally {
          if (!operation.isOnStream) room.leave();
        }
      });
    },
    // Parsing and validation come before.
    onContextBuilding({ context, extendContext }) {
      const { request } = context as { readonly request?: Request };
      const operation = request && operations.get(request);
      if (!operation) return;
      operation.isBegun = true;
      const signal = AbortSignal.any([request.signal, operation.stream.gone]);
      // What it is answered with are events, whatever this request takes.
      const headers = { accept: "text/event-stream" };
      extendContext({ request: new Request(request.url, { signal, headers }) });
    },
    onResultProcess({ request, resultProcessor, setResultProcessor }) {
      const operation = operations.get(request);
      if (!operation) return;
      if (operation.isOnStream) {
        setResultProcessor(() => new Response(null, { status: 202 }), "*/*");
      } else if (resultProcessor) {
        // In this form a refusal has its status, which is all that graphql-sse looks at.
        setResultProcessor(resultProcessor, "application/graphql-response+json");
      }
    },
  };

  return {
    plugin,
    answer(request, client) {
      const { method, headers, url } = request;
      if (method === "PUT") return reserve(client);
      if (method !== "DELETE" && !headers.has(TOKEN_HEADER)) return undefined;
      const stream = find(request, client);
      if (!stream) {
        return refuse(
          404,
          "NOT_FOUND",
          `Cannot find the event stream: the header ${TOKEN_HEADER} must be the token of a stream ` +
            `that you have, got ${
              headers.has(TOKEN_HEADER) ? "another" : "none"
            }. Reserve one with PUT.`,
        );
      }
      if (method === "DELETE") return endOperation(url, stream);
      if (method === "GET" && headers.get("accept")?.includes("text/event-stream")) {
        return open(stream);
      }
      operations.set(request, { stream, isBegun: false, isOnStream: false });
      return undefined;
    },
  };
}

async function* one(answer: ExecutionResult): AsyncGenerator<ExecutionResult, void> {
  yield answer;
}

function ended() {
  return refusal(
    "the operation and its event stream must be open until it is carried out, got the end of one of them.",
    "NOT_FOUND",
    { status: 404 },
  );
}
