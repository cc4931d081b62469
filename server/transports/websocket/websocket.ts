/**
 * GraphQL over WebSocket (graphql-transport-ws), beside Yoga's HTTP and with Yoga's own execution: the same
 * context, errors and counters. graphql-ws speaks the protocol; this file ties it to Deno's sockets.
 *
 * Not graphql-ws/use/deno: it asks the socket for its protocol, which Deno leaves empty on the server's side.
 */
import { type SpanContext, trace } from "@opentelemetry/api";
import { type ExecutionArgs, GraphQLError } from "graphql";
import {
  CloseCode,
  handleProtocols,
  makeServer,
  MessageType,
  type OperationResult,
  parseMessage,
  type SubscribePayload,
} from "graphql-ws";
import type { Limits } from "../../../config.ts";
import type { Viewer } from "../../../schema/base/access.ts";
import type { Caller } from "../../http/client.ts";
import { refuse } from "../../http/errors.ts";
import { MAX_OPERATIONS_PER_SOCKET, refusal } from "../../limits.ts";
import { serverLog } from "../../observability/log.ts";
import { type OperationSpan, startSocketOperation } from "../../graphql/plugins/use_operation_span.ts";
import { toPublicError, toPublicResult } from "../../graphql/mask_errors.ts";
import { identityOf, showsToken } from "../../auth/security.ts";
import { createBackpressuredSocket } from "./backpressure.ts";
import { bearerOf, REVOKED, type Token } from "../../auth/tokens.ts";
import { type FailedLogins, tooManyFailedLogins } from "../../auth/failed_logins.ts";
import { GRAPHQL_PATH, MAX_REQUEST_BYTES, type Yoga } from "../../graphql_server.ts";

/** The sockets of a server. */
export interface WebSockets {
  /** Answers a request for a WebSocket. */
  upgrade(request: Request, caller: Caller): Response;
  readonly open: number;
  /** Closes those of clients whose tokens, of these names, are taken no more. */
  revoke(names: ReadonlySet<string>): void;
  /** Closes all of them as 'going away', so that clients know to come back. Resolves when they are closed. */
  close(): Promise<void>;
}

/** What sockets need of the server. */
export interface WebSocketOptions {
  readonly yoga: Yoga;
  /** Those that the server takes now. */
  tokens(): readonly Token[];
  readonly wrongTokens: FailedLogins;
  readonly limits: Limits;
  /** How long a client may take nothing of what waits for it. */
  readonly stallMs: number;
}

/** Seconds without a sign of life after which a client is given up. Deno pings it at half of them. */
const IDLE_SECONDS = 30;

/** Each operation sends one message at a time; more are answers to what the client goes on to ask. */
const MOST_WAITING = 2 * MAX_OPERATIONS_PER_SOCKET;

const GOING_AWAY = 1001;
const NO_TEXT = 1003;
const TOO_BIG = 1009;
/** graphql-ws and its like come back after this one. */
const TRY_AGAIN_LATER = 1013;
const SLOW = "The client must take what it has asked for, and a ping must be answered";

interface Extra {
  readonly caller: Caller;
  /** Known by what came with the upgrade, a header or a cookie, or by what connection_init says. */
  viewer: Viewer | undefined;
  /** Whether a wrong token, or session, came with the upgrade. */
  readonly showedWrong: boolean;
  /** When the session ends that came with the upgrade, in milliseconds since 1970. */
  readonly endsAt: number | undefined;
  /** Fires when the client has gone. */
  readonly gone: AbortSignal;
  /** The span of the request that opened the socket, where there is one. */
  readonly opened: SpanContext | undefined;
  close(code: number, reason: string): void;
}

/** An operation, with what carries it out. */
interface Operation extends ExecutionArgs {
  readonly execute: CarryOut;
  readonly subscribe: CarryOut;
  readonly span: OperationSpan;
}

type CarryOut = (args: ExecutionArgs) => OperationResult;

async function carryOut(
  work: CarryOut,
  operation: Operation,
): Promise<Awaited<OperationResult>> {
  const answer = await operation.span.within(() => work(operation));
  operation.span.end(answer);
  return answer;
}

/** Starts with no socket. */
export function createWebSockets(
  { yoga, tokens, wrongTokens, limits, stallMs }: WebSocketOptions,
): WebSockets {
  /** With what closes each, if it is one of theirs whose tokens are gone. */
  const sockets = new Map<WebSocket, (names: ReadonlySet<string>) => void>();
  /** How many sockets each address has. */
  const addresses = new Map<string, number>();
  let onAllClosed = () => {};

  const protocol = makeServer<{ readonly authorization?: unknown }, Extra>({
    onConnect({ connectionParams, extra }) {
      const { authorization, Authorization } = connectionParams as Record<string, unknown> ?? {};
      const shown = authorization ?? Authorization;
      extra.viewer ??= bearerOf(shown, tokens());
      if (extra.viewer) return true;
      const isWrong = shown !== undefined || extra.showedWrong;
      const wait = isWrong ? wrongTokens.count(extra.caller, GRAPHQL_PATH) : 0;
      if (wait > 0) {
        // Clients that speak the protocol do not come back by themselves after either of these.
        extra.close(
          CloseCode.TooManyInitialisationRequests,
          `RATE_LIMITED: ${tooManyFailedLogins(wait)}`,
        );
        return false;
      }
      extra.close(
        CloseCode.Unauthorized,
        "UNAUTHENTICATED: connectionParams.authorization must be 'Bearer TOKEN'",
      );
      return false;
    },
    async onSubscribe({ extra, subscriptions }, _id, params) {
      const count = Object.keys(subscriptions).length;
      if (count > MAX_OPERATIONS_PER_SOCKET) {
        return [refusal(
          `a WebSocket must carry at most ${MAX_OPERATIONS_PER_SOCKET} operations at a time, ` +
            `got ${count}. End one first.`,
          "RATE_LIMITED",
        )];
      }
      const span = startSocketOperation(params.extensions, extra.opened);
      const prepared = await span.within(() => prepare(params, extra));
      if (!Array.isArray(prepared)) return { ...prepared, span } as Operation;
      span.end({ errors: prepared });
      return prepared;
    },
    execute: (args) => carryOut((args as Operation).execute, args as Operation),
    subscribe: (args) => carryOut((args as Operation).subscribe, args as Operation),
    onError: (_context, _id, _params, errors) =>
      errors.map((error) => toPublicError(error, limits)),
    onNext: (_context, _id, _params, _args, answer) => toPublicResult(answer, limits),
  });

  /** Makes of what a client sends an operation that can be carried out, or says what is wrong with it. */
  async function prepare(
    params: SubscribePayload,
    { viewer, caller, gone }: Extra,
  ): Promise<Omit<Operation, "span"> | readonly GraphQLError[]> {
    // Nothing is asked before connection_init was answered.
    if (!viewer) throw new Error("There must be somebody who asks.");
    const enveloped = yoga.getEnveloped({ params, client: { viewer, ...caller } });
    const { parse, contextFactory, schema, execute, subscribe } = enveloped;
    try {
      const document = parse(params.query);
      const errors = enveloped.validate(schema, document);
      if (errors.length > 0) return errors;
      return {
        schema,
        document,
        operationName: params.operationName,
        variableValues: params.variables,
        contextValue: { ...await contextFactory(), request: { signal: gone } },
        execute,
        subscribe,
      };
    } catch (error) {
      if (error instanceof GraphQLError) return [error];
      throw error;
    }
  }

  return {
    upgrade(request, caller) {
      const { address } = caller;
      if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
        return refuse(426, "BAD_USER_INPUT", "Cannot open a WebSocket: Upgrade must be websocket.");
      }
      const others = addresses.get(address) ?? 0;
      if (others >= limits.subscriptions) {
        return refuse(
          429,
          "RATE_LIMITED",
          `Cannot open a WebSocket: an address must have at most ${limits.subscriptions} of them open, ` +
            `got ${others + 1}. Close one first.`,
        );
      }
      addresses.set(address, others + 1);
      const asked = request.headers.get("sec-websocket-protocol") ?? "";
      const spoken = handleProtocols(asked);
      const { socket, response } = Deno.upgradeWebSocket(request, {
        idleTimeout: Math.min(IDLE_SECONDS, stallMs / 1000),
        ...(spoken ? { protocol: spoken } : {}),
      });
      const identity = identityOf(request, tokens());
      const gone = new AbortController();
      socket.addEventListener("close", () => gone.abort());
      const revoke = open(socket, spoken || asked, {
        caller,
        viewer: identity?.viewer,
        showedWrong: !identity && showsToken(request),
        endsAt: identity?.endsAt,
        gone: gone.signal,
        opened: trace.getActiveSpan()?.spanContext(),
        close: (code, reason) => socket.close(code, reason),
      });
      sockets.set(socket, revoke);
      return response;
    },
    get open() {
      return sockets.size;
    },
    revoke(names) {
      for (const revoke of sockets.values()) revoke(names);
    },
    close() {
      const closed = new Promise<void>((resolve) => {
        onAllClosed = resolve;
        if (sockets.size === 0) resolve();
      });
      for (const socket of sockets.keys()) socket.close(GOING_AWAY, "The server is stopping");
      return closed;
    },
  };

  /** @returns what closes it, if it is one of theirs whose tokens are gone */
  function open(
    socket: WebSocket,
    spoken: string,
    extra: Extra,
  ): (names: ReadonlySet<string>) => void {
    let closed = async (_code: number, _reason: string): Promise<void> => {};
    const end = (code: number, reason: string) => {
      closed(code, reason).catch((error) => {
        serverLog.error("A WebSocket's subscriptions could not be ended: {error}", { error });
      });
    };
    /** Does not wait for the close: it comes behind all that the client has not taken yet. */
    const letGo = (code: number, reason: string) => {
      end(code, reason);
      socket.close(code, reason);
    };
    const send = createBackpressuredSocket(socket, {
      stallMs,
      mostWaiting: MOST_WAITING,
      onGone: () => letGo(TRY_AGAIN_LATER, SLOW),
    });
    const { endsAt } = extra;
    const expiry = endsAt === undefined ? undefined : setTimeout(() => {
      letGo(
        CloseCode.Unauthorized,
        "UNAUTHENTICATED: the session has ended, sign in again",
      );
    }, endsAt - Date.now());
    socket.onopen = () => {
      closed = protocol.opened({
        protocol: spoken,
        send,
        close: (code, reason) => socket.close(code, reason),
        onMessage(receive) {
          socket.onmessage = async ({ data }) => {
            if (typeof data !== "string") {
              socket.close(NO_TEXT, "A message must be text");
              return;
            }
            if (data.length > MAX_REQUEST_BYTES) {
              socket.close(TOO_BIG, `A message must have at most ${MAX_REQUEST_BYTES} bytes`);
              return;
            }
            try {
              await receive(data);
            } catch (error) {
              if (isForClients(data)) {
                socket.close(CloseCode.BadRequest, "Invalid message received");
                return;
              }
              serverLog.error("A WebSocket's message failed: {error}", { error });
              socket.close(CloseCode.InternalServerError, "Unexpected error");
            }
          };
        },
      }, extra);
    };
    // Deno reports clients that vanished as errors; a close follows.
    socket.onerror = (event) => {
      serverLog.debug("A WebSocket broke: {reason}", {
        reason: event instanceof ErrorEvent ? event.message : "",
      });
    };
    socket.onclose = ({ code, reason }) => {
      clearTimeout(expiry);
      sockets.delete(socket);
      const others = (addresses.get(extra.caller.address) ?? 0) - 1;
      if (others > 0) addresses.set(extra.caller.address, others);
      else addresses.delete(extra.caller.address);
      if (sockets.size === 0) onAllClosed();
      end(code, reason);
    };
    return (names) => {
      if (!extra.viewer || !names.has(extra.viewer.name)) return;
      letGo(CloseCode.Unauthorized, `UNAUTHENTICATED: ${REVOKED}`);
    };
  }
}

/** Whether it is a message that only servers send. Whose it is to get one, graphql-ws leaves open. */
function isForClients(message: string): boolean {
  const { type } = parseMessage(message);
  return type === MessageType.ConnectionAck || type === MessageType.Next ||
    type === MessageType.Error;
}
