/** Public form of results and errors: the project's codes, and nothing of an error that no resolver expected. */
import {
  type ExecutionResult,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
} from "graphql";
import type { Limits } from "../../config/limits.ts";
import { escapeDirection } from "../../lib/format.ts";
import { errorCode } from "../http/errors.ts";
import { serverLog } from "../observability/log.ts";

/** Returns the public form of a result. */
export type ToPublic = (result: ExecutionResult) => object;

/** A result, or a part of one that is delivered incrementally (schema/base/defer.ts). */
interface Result {
  readonly data?: Record<string, unknown> | null | undefined;
  readonly errors?: readonly GraphQLError[] | undefined;
  readonly incremental?: readonly Result[];
}

/** Returns the public form of a result, or of a part of one, that is sent on its own. */
export function toPublicResult(result: Result, limits: Limits): FormattedExecutionResult {
  // Fast path: most results have no errors.
  if (!result.errors && !result.incremental) return result as FormattedExecutionResult;
  const { data, errors, incremental, ...rest } = result;
  return {
    ...rest,
    ...(data === undefined ? {} : { data }),
    ...(errors ? { errors: errors.map((error) => toPublicError(error, limits)) } : {}),
    ...(incremental ? { incremental: incremental.map((part) => toPublicPart(part, limits)) } : {}),
  };
}

/** Masks the errors of an incremental part as well: Yoga does so only for the first result. */
function toPublicPart(part: Result, limits: Limits): FormattedExecutionResult {
  const { errors } = part;
  return toPublicResult(errors ? { ...part, errors: errors.map(maskError) } : part, limits);
}

/** Returns the public form of an error, as WebSockets send it. */
export function toPublicError(error: GraphQLError, limits: Limits): GraphQLFormattedError {
  const { http: _http, unexpected: _unexpected, ...extensions } = error.extensions;
  return {
    ...error.toJSON(),
    message: publicMessage(error, limits),
    extensions: { ...extensions, code: errorCode(error.extensions) },
  };
}

/**
 * Returns a message without signs that would change the direction of the text around it, as values of the request are
 * repeated in it. Removes GraphQL.js's suggestions of similar names where introspection is off, since they reveal the
 * schema. For the types of introspection they are always removed: scanners report them as a leak.
 */
export function publicMessage(error: GraphQLError, { introspection }: Limits): string {
  const message = escapeDirection(error.message);
  return introspection && !/ on type "__\w+"\./.test(message)
    ? message
    : message.replace(/ Did you mean [^?]*\?/g, "");
}

/** Masks the errors of a result. */
export function maskResult(result: ExecutionResult): ExecutionResult {
  return result.errors ? { ...result, errors: result.errors.map(maskError) } : result;
}

/** Replaces an error that no resolver expected by 'Unexpected error', and logs it. */
export function maskError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError && isPublic(error)) return error;
  serverLog.error("An operation failed: {error}", { error });
  // An error with a path belongs to a field: the rest of the result stays valid.
  const { nodes, path } = error instanceof GraphQLError ? error : {};
  return new GraphQLError("Unexpected error", {
    nodes: nodes ?? null,
    path: path ?? null,
    extensions: { code: "INTERNAL", ...(path ? {} : { http: { status: 500 } }) },
  });
}

/** Returns whether an error and its causes are all GraphQL errors, whose messages are meant for clients. */
function isPublic(error: GraphQLError): boolean {
  const { originalError } = error;
  return !originalError || (originalError instanceof GraphQLError && isPublic(originalError));
}
