/** Yoga plugin that gives the errors of results the project's codes and statuses. Events carry theirs already. */
import type { GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Limits } from "../../../config/limits.ts";
import { errorCode } from "../../http/errors.ts";
import { publicMessage } from "../mask_errors.ts";

/** A result whose errors may be changed. */
interface Result {
  readonly data?: unknown;
  readonly errors?: readonly GraphQLError[] | undefined;
}

/** Creates the plugin. */
export function useErrorCodes(limits: Limits): Plugin {
  return {
    onResultProcess({ request, result }) {
      if (Array.isArray(result) || Symbol.asyncIterator in result) return;
      addErrorCodes(result, request, limits);
    },
  };
}

/** Gives the errors of a result over HTTP codes, statuses and public messages. */
export function addErrorCodes(result: Result, request: Request, limits: Limits): void {
  if (!result.errors) return;
  const streams = request.headers.get("accept")?.includes("text/event-stream");
  for (const error of result.errors) {
    const { extensions } = error;
    error.message = publicMessage(error, limits);
    const code = extensions.code = errorCode(extensions);
    // A subscription that cannot begin fails as a whole, even if the error has a field's path.
    if (!("data" in result)) {
      extensions.http ??= { status: code === "INTERNAL" ? 500 : 400, spec: true };
    }
    // Clients of an event stream read an error from its events; from a refusal they read only the status.
    const { http } = extensions;
    if (streams && http?.status !== undefined && http.status < 500) http.spec = true;
  }
}
