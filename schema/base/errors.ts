/**
 * The errors that clients see: GraphQL errors with a code to act on and, for bad input, the path to the
 * argument. What is not known here is told to nobody but the log.
 */
import { GraphQLError, type GraphQLResolveInfo } from "graphql";
import { DatasetError } from "../../data/errors.ts";
import { errorMessage } from "../../lib/error_message.ts";
import { CheckpointError } from "../../ml/checkpoint/error.ts";
import { ConflictError } from "../../runs/log/errors.ts";
import { QueueFullError, StoreUnavailableError } from "../../runs/store/errors.ts";
import { BusyError } from "../../runs/reading/work_queue.ts";
import { declaredScope, type Viewer } from "./access.ts";
import type { ApiContext } from "./context.ts";

/** `extensions.code` of the schema's own errors. The server adds UNAUTHENTICATED. */
export type ErrorCode =
  | "BAD_USER_INPUT"
  | "NOT_FOUND"
  | "CONFLICT"
  | "FORBIDDEN"
  | "RATE_LIMITED"
  | "UNAVAILABLE"
  | "INTERNAL";

/** The way to an argument: ["input", "batchSize"]. */
export type ArgumentPath = readonly (string | number)[];

/** An argument that cannot be used. */
export function badInput(message: string, path: ArgumentPath): GraphQLError {
  return new GraphQLError(message, { extensions: { code: code("BAD_USER_INPUT"), path } });
}

/** Something that the arguments name is not there. */
export function notFound(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: code("NOT_FOUND") } });
}

/** What is asked for does not fit the state of things. */
export function conflict(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: code("CONFLICT") } });
}

/** Whoever asks may not have it. */
export function forbidden(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: code("FORBIDDEN") } });
}

/** Too much was asked for; later there may be room again. */
function rateLimited(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: code("RATE_LIMITED") } });
}

/** Something that the server needs cannot be used now. */
export function unavailable(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: code("UNAVAILABLE") } });
}

/** Errors of things that cannot be used now: their messages say why, and what to do. */
const UNAVAILABLE = [StoreUnavailableError, DatasetError, CheckpointError, BusyError] as const;

/**
 * The error that the client is to see for one that was thrown. Errors that are not meant for clients become
 * 'Unexpected error', and `onUnexpectedError` is told.
 *
 * @param path the field's place in the answer: 'runs.nodes.0.epochs'
 */
export function toApiError(error: unknown, context: ApiContext, path: string): GraphQLError {
  if (error instanceof GraphQLError) return error;
  if (error instanceof ConflictError) return conflict(error.message);
  if (error instanceof QueueFullError) return rateLimited(error.message);
  if (UNAVAILABLE.some((kind) => error instanceof kind)) {
    return unavailable(errorMessage(error));
  }
  // Nobody will read it.
  if (context.request?.signal.aborted) return unavailable("Cannot answer: the client has gone.");
  context.onUnexpectedError?.(error, path);
  return new GraphQLError("Unexpected error", { extensions: { code: code("INTERNAL") } });
}

function code(code: ErrorCode): ErrorCode {
  return code;
}

/** Makes the error for a viewer whose scope does not cover a field. */
export function outOfScope(viewer: Viewer | undefined, info: GraphQLResolveInfo): GraphQLError {
  const needed = declaredScope(info.parentType.getFields()[info.fieldName]?.extensions);
  const got = viewer ? `'${viewer.scope}' of the token '${viewer.name}'` : "none";
  return forbidden(
    `Cannot answer ${info.fieldName}: the scope must be '${
      needed ?? "admin"
    }' or more, got ${got}.`,
  );
}
