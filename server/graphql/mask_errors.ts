/** What clients see of answers and of the errors in them: the project's codes, and nothing of what no resolver expected. */
import { type FormattedExecutionResult, GraphQLError, type GraphQLFormattedError } from "graphql";
import type { Limits } from "../../config.ts";
import { errorCode } from "../http/errors.ts";
import { serverLog } from "../observability/log.ts";

/** An answer, or what comes of one that is sent in parts (schema/base/defer.ts). */
interface Answer {
  readonly data?: Record<string, unknown> | null | undefined;
  readonly errors?: readonly GraphQLError[] | undefined;
  readonly incremental?: readonly Answer[];
}

/** What clients see of an answer, or of a part of one, that is sent on its own. */
export function toPublicResult(answer: Answer, limits: Limits): FormattedExecutionResult {
  // So are nearly all.
  if (!answer.errors && !answer.incremental) return answer as FormattedExecutionResult;
  const { data, errors, incremental, ...rest } = answer;
  return {
    ...rest,
    ...(data === undefined ? {} : { data }),
    ...(errors ? { errors: errors.map((error) => toPublicError(error, limits)) } : {}),
    ...(incremental ? { incremental: incremental.map((part) => toPublicPart(part, limits)) } : {}),
  };
}

/** Yoga masks the errors of an answer, but not those of what comes later. */
function toPublicPart(part: Answer, limits: Limits): FormattedExecutionResult {
  const { errors } = part;
  return toPublicResult(errors ? { ...part, errors: errors.map(maskError) } : part, limits);
}

/** What clients may know of an error, in the form that WebSockets carry. */
export function toPublicError(error: GraphQLError, limits: Limits): GraphQLFormattedError {
  const { http: _http, unexpected: _unexpected, ...extensions } = error.extensions;
  return {
    ...error.toJSON(),
    message: publicMessage(error, limits),
    extensions: { ...extensions, code: errorCode(error.extensions) },
  };
}

/**
 * Names that are like the one that a client got wrong tell of the schema what introspection does; where that is off, they
 * are left out. So are they for the types of introspection, whose names are GraphQL's own: scanners take them for a leak.
 */
export function publicMessage({ message }: GraphQLError, { introspection }: Limits): string {
  return introspection && !/ on type "__\w+"\./.test(message)
    ? message
    : message.replace(/ Did you mean [^?]*\?/g, "");
}

/** Hides what a client should not see of an error that no resolver expected, and logs it. */
export function maskError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError && isFromGraphql(error)) return error;
  serverLog.error("An operation failed: {error}", { error });
  // One that has a path is a field's: the answer around it stands.
  const { nodes, path } = error instanceof GraphQLError ? error : {};
  return new GraphQLError("Unexpected error", {
    nodes: nodes ?? null,
    path: path ?? null,
    extensions: { code: "INTERNAL", ...(path ? {} : { http: { status: 500 } }) },
  });
}

/** Whether an error is GraphQL's or ours throughout, so that its message is meant for clients. */
function isFromGraphql(error: GraphQLError): boolean {
  const { originalError } = error;
  return !originalError || (originalError instanceof GraphQLError && isFromGraphql(originalError));
}
