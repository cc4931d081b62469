/**
 * Errors for clients: GraphQL errors with a code and, for bad input, the path to the argument. All
 * other errors go to the log only.
 */
import { GraphQLError, type GraphQLResolveInfo } from "graphql";
import { DatasetError } from "../../data/errors.ts";
import { UploadError } from "../../data/uploads/upload_store.ts";
import { ImportConflictError, TooManyImportsError } from "../../imports/error.ts";
import { errorMessage } from "../../lib/error_message.ts";
import { escapeDirection } from "../../lib/format.ts";
import { CheckpointError } from "../../ml/checkpoint/error.ts";
import { ConflictError } from "../../runs/log/errors.ts";
import {
  QueueFullError,
  StoreUnavailableError,
  TooManyWebhooksError,
} from "../../runs/store/errors.ts";
import { TooManyPicturesError } from "../../pictures/drawing_thread.ts";
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

/** A problem of an argument. */
export interface ArgumentProblem {
  readonly path: ArgumentPath;
  readonly message: string;
}

/**
 * Arguments with problems. The message and the path are the first's, and the message says how many there are;
 * `extensions.problems` lists all.
 */
export function badInputs(
  problems: readonly [ArgumentProblem, ...ArgumentProblem[]],
): GraphQLError {
  const [{ message, path }] = problems;
  const listed = problems.map(({ path, message }) => ({
    path: path.map(String),
    message: escapeDirection(message),
  }));
  const { length } = problems;
  const more = length === 1 ? "" : ` This is the first of ${length} problems.`;
  return new GraphQLError(message + more, {
    extensions: { code: code("BAD_USER_INPUT"), path, problems: listed },
  });
}

/** Something that the arguments name is not there. */
export function notFound(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: code("NOT_FOUND") } });
}

/** An error about the state of a run or a dataset: the request does not fit it. */
export function conflict(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: code("CONFLICT") } });
}

/** An error about missing permission. */
export function forbidden(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: code("FORBIDDEN") } });
}

/** Too much was asked for; later there may be room again. */
export function rateLimited(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: code("RATE_LIMITED") } });
}

/** Something that the server needs cannot be used now. */
export function unavailable(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: code("UNAVAILABLE") } });
}

/** Errors of limits that are reached. */
const TOO_MANY = [QueueFullError, TooManyImportsError, TooManyWebhooksError] as const;

/** Errors of things that cannot be used now: their messages say why, and what to do. */
const UNAVAILABLE = [
  StoreUnavailableError,
  DatasetError,
  CheckpointError,
  UploadError,
  BusyError,
  TooManyPicturesError,
] as const;

/**
 * Converts a thrown error to the one that the client sees. Others than those for clients become
 * 'Unexpected error', and `onUnexpectedError` receives them.
 * @param path the field's place in the result: 'runs.nodes.0.epochs'
 */
export function toApiError(error: unknown, context: ApiContext, path: string): GraphQLError {
  if (error instanceof GraphQLError) return error;
  if (error instanceof ConflictError || error instanceof ImportConflictError) {
    return conflict(error.message);
  }
  if (TOO_MANY.some((kind) => error instanceof kind)) return rateLimited(errorMessage(error));
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
