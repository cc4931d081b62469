/**
 * graphql-transport-ws on a connection: graphql-ws speaks the protocol, Yoga executes the operations with the same
 * context, errors and metrics as over HTTP.
 */
import type { SpanContext } from "@opentelemetry/api";
import { type ExecutionArgs, GraphQLError } from "graphql";
import {
  CloseCode,
  makeServer,
  type OperationResult,
  type Server,
  type SubscribePayload,
} from "graphql-ws";
import type { Limits } from "../../../config.ts";
import type { Viewer } from "../../../schema/base/access.ts";
import { type FailedLogins, tooManyFailedLogins } from "../../auth/failed_logins.ts";
import { bearerOf, type Token } from "../../auth/tokens.ts";
import type { Yoga } from "../../graphql/context.ts";
import { toPublicError, toPublicResult } from "../../graphql/mask_errors.ts";
import {
  type OperationSpan,
  startSocketOperation,
} from "../../graphql/plugins/use_operation_span.ts";
import type { Caller } from "../../http/client.ts";
import { GRAPHQL_PATH } from "../../http/paths.ts";
import { refusal } from "../../http/refusal.ts";
import { MAX_OPERATIONS_PER_SOCKET } from "../../limits.ts";

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
  close(code: number, reason: string): void;
}

/** Parameters of connection_init. */
export type ConnectionParams = { readonly authorization?: unknown };

/** An operation with the functions that execute it. */
interface Operation extends ExecutionArgs {
  readonly execute: Execute;
  readonly subscribe: Execute;
  readonly span: OperationSpan;
}

type Execute = (args: ExecutionArgs) => OperationResult;

/** Creates the protocol's server, which all connections share. */
export function createProtocol(options: ProtocolOptions): Server<Connection> {
  const { yoga, limits } = options;
  return makeServer<ConnectionParams, Connection>({
    onConnect: ({ connectionParams, extra }) => authenticate(connectionParams, extra, options),
    async onSubscribe({ extra, subscriptions }, _id, params) {
      const count = Object.keys(subscriptions).length;
      if (count > MAX_OPERATIONS_PER_SOCKET) return [tooManyOperations(count)];
      const span = startSocketOperation(params.extensions, extra.opened);
      const prepared = await span.within(() => prepare(params, extra, yoga));
      if (!Array.isArray(prepared)) return { ...prepared, span } as Operation;
      span.end({ errors: prepared });
      return prepared;
    },
    execute: (args) => executeInSpan((args as Operation).execute, args as Operation),
    subscribe: (args) => executeInSpan((args as Operation).subscribe, args as Operation),
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
    connection.close(
      CloseCode.TooManyInitialisationRequests,
      `RATE_LIMITED: ${tooManyFailedLogins(wait)}`,
    );
  } else {
    connection.close(
      CloseCode.Unauthorized,
      "UNAUTHENTICATED: connectionParams.authorization must be 'Bearer TOKEN'",
    );
  }
  return false;
}

/** Turns a subscribe message into an operation, or returns what is wrong with it. */
async function prepare(
  params: SubscribePayload,
  { viewer, caller, gone }: Connection,
  yoga: Yoga,
): Promise<Omit<Operation, "span"> | readonly GraphQLError[]> {
  // graphql-ws accepts no operation before connection_init was acknowledged.
  if (!viewer) throw new Error("Cannot prepare the operation: the connection has no client.");
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

async function executeInSpan(
  execute: Execute,
  operation: Operation,
): Promise<Awaited<OperationResult>> {
  const result = await operation.span.within(() => execute(operation));
  operation.span.end(result);
  return result;
}

function tooManyOperations(count: number): GraphQLError {
  return refusal(
    `a WebSocket must carry at most ${MAX_OPERATIONS_PER_SOCKET} operations at a time, ` +
      `got ${count}. End one first.`,
    "RATE_LIMITED",
  );
}
