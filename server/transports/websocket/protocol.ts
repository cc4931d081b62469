/**
 * graphql-transport-ws on a connection: graphql-ws speaks the protocol, Yoga executes the operations with the same
 * context, errors and metrics as over HTTP.
 */
import type { SpanContext } from "@opentelemetry/api";
import { type ExecutionArgs, getOperationAST, GraphQLError, OperationTypeNode } from "graphql";
import {
  CloseCode,
  makeServer,
  type OperationResult,
  type Server,
  type SubscribePayload,
} from "graphql-ws";
import type { Limits } from "../../../config/limits.ts";
import type { Viewer } from "../../../schema/base/access.ts";
import { type FailedLogins, tooManyFailedLogins } from "../../auth/failed_logins.ts";
import { bearerOf, type Token } from "../../auth/tokens.ts";
import type { Yoga } from "../../graphql/context.ts";
import { toPublicError, toPublicResult } from "../../graphql/mask_errors.ts";
import { startSocketOperation } from "../../graphql/plugins/use_operation_span.ts";
import type { Caller } from "../../http/client.ts";
import { GRAPHQL_PATH } from "../../http/paths.ts";
import { refusal } from "../../http/refusal.ts";
import { MAX_OPERATIONS_PER_SOCKET } from "../../limits.ts";
import { WEBSOCKET_INIT_MS } from "../../timeouts.ts";

/** Options of createProtocol(). */
export interface ProtocolOptions {
  readonly yoga: Yoga;
  /** Returns the accepted tokens. */
  tokens(): readonly Token[];
  readonly failedLogins: FailedLogins;
  readonly limits: Limits;
}

/** State of one connection. */
export interface Connection {
  readonly caller: Caller;
  /** Authenticated by the upgrade's header or cookie, or later by connection_init. */
  viewer: Viewer | undefined;
  /** True if the upgrade carried an invalid token or session. */
  readonly hasInvalidToken: boolean;
  /** End of the session that the upgrade carried, in milliseconds since 1970. */
  readonly endsAt: number | undefined;
  /** Fires when the client has disconnected. */
  readonly gone: AbortSignal;
  /** Span of the upgrade request, if it is traced. */
  readonly opened: SpanContext | undefined;
  /** Closes the connection before it is acknowledged. */
  reject(code: number, reason: string): void;
}

/** Parameters of connection_init. */
export type ConnectionParams = { readonly authorization?: unknown };

/** An operation that graphql-ws is to run. */
interface Operation extends ExecutionArgs {
  readonly run: () => OperationResult;
}

/** A valid operation, with Yoga's executor for its type. */
interface Prepared {
  readonly args: ExecutionArgs;
  readonly execute: (args: ExecutionArgs) => OperationResult;
  readonly isSubscription: boolean;
}

/** Creates the protocol's server, which all connections share. */
export function createProtocol(options: ProtocolOptions): Server<Connection> {
  const { yoga, limits } = options;
  const run = (args: ExecutionArgs) => (args as Operation).run();
  return makeServer<ConnectionParams, Connection>({
    connectionInitWaitTimeout: WEBSOCKET_INIT_MS,
    onConnect: ({ connectionParams, extra }) => authenticate(connectionParams, extra, options),
    onSubscribe({ extra, subscriptions }, _id, params) {
      const count = Object.keys(subscriptions).length;
      if (count > MAX_OPERATIONS_PER_SOCKET) return [tooManyOperations(count)];
      return start(params, extra, yoga);
    },
    execute: run,
    subscribe: run,
    onError: (_context, _id, _params, errors) =>
      errors.map((error) => toPublicError(error, limits)),
    onNext: (_context, _id, _params, _args, result) => toPublicResult(result, limits),
  });
}

/** Accepts a connection with a valid token, or closes it. */
function authenticate(
  params: Readonly<Record<string, unknown>> | undefined,
  connection: Connection,
  { tokens, failedLogins }: ProtocolOptions,
): boolean {
  const { authorization, Authorization } = params ?? {};
  const token = authorization ?? Authorization;
  connection.viewer ??= bearerOf(token, tokens());
  if (connection.viewer) return true;
  const isInvalid = token !== undefined || connection.hasInvalidToken;
  const wait = isInvalid ? failedLogins.count(connection.caller, GRAPHQL_PATH) : 0;
  // Clients do not reconnect on their own after either of these codes.
  if (wait > 0) {
    connection.reject(
      CloseCode.TooManyInitialisationRequests,
      `RATE_LIMITED: ${tooManyFailedLogins(wait)}`,
    );
  } else {
    connection.reject(
      CloseCode.Unauthorized,
      "UNAUTHENTICATED: connectionParams.authorization must be 'Bearer TOKEN'",
    );
  }
  return false;
}

/**
 * Turns a subscribe message into an operation, or returns what is wrong with it. A subscription is started here, so
 * that clients get the errors of one that cannot start in the message `error`: some accept no result without data.
 */
async function start(
  params: SubscribePayload,
  connection: Connection,
  yoga: Yoga,
): Promise<Operation | readonly GraphQLError[]> {
  const span = startSocketOperation(params.extensions, connection.opened);
  const prepared = await span.within(() => prepare(params, connection, yoga));
  if (!("execute" in prepared)) {
    span.end({ errors: prepared });
    return prepared;
  }
  const { args, execute, isSubscription } = prepared;
  const run = async () => {
    const result = await span.within(() => execute(args));
    span.end(result);
    return result;
  };
  if (!isSubscription) return { ...args, run };
  const result = await run();
  return Symbol.asyncIterator in result || !result.errors
    ? { ...args, run: () => result }
    : result.errors;
}

async function prepare(
  params: SubscribePayload,
  { viewer, caller, gone }: Connection,
  yoga: Yoga,
): Promise<Prepared | readonly GraphQLError[]> {
  // graphql-ws accepts no operation before connection_init was acknowledged.
  if (!viewer) throw new Error("Cannot prepare the operation: the connection has no client.");
  const enveloped = yoga.getEnveloped({ params, client: { viewer, ...caller } });
  const { parse, contextFactory, schema, execute, subscribe } = enveloped;
  try {
    const document = parse(params.query);
    const errors = enveloped.validate(schema, document);
    if (errors.length > 0) return errors;
    const isSubscription =
      getOperationAST(document, params.operationName)?.operation === OperationTypeNode.SUBSCRIPTION;
    return {
      args: {
        schema,
        document,
        operationName: params.operationName,
        variableValues: params.variables,
        contextValue: { ...await contextFactory(), request: { signal: gone } },
      },
      execute: isSubscription ? subscribe : execute,
      isSubscription,
    };
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
}

function tooManyOperations(count: number): GraphQLError {
  return refusal(
    `a WebSocket must carry at most ${MAX_OPERATIONS_PER_SOCKET} operations at a time, ` +
      `got ${count}. End one first.`,
    "RATE_LIMITED",
  );
}
