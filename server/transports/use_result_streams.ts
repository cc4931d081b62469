/** Yoga plugin that sends the results of an operation as a stream, in the form that the client accepts. */
import type { ExecutionResult } from "graphql";
import type { Plugin } from "graphql-yoga";
import { sourceOf } from "../graphql/direct_results.ts";
import type { ToPublic } from "../graphql/mask_errors.ts";
import { resumptionOf } from "../graphql/resumption.ts";
import { type StreamForm, streamForm } from "../http/accept.ts";
import { multipartFraming } from "./multipart/multipart_frames.ts";
import { END_ID } from "../../schema/base/resumption.ts";
import { type Framing, type StreamOptions, streamResponse, toResults } from "./result_stream.ts";
import { operationFraming } from "./sse/event_frames.ts";

/** Creates the plugin. A client that accepts JSON gets a single result as that. */
export function useResultStreams(toPublic: ToPublic, options: StreamOptions): Plugin {
  const framings: Readonly<Record<StreamForm, Framing<ExecutionResult>>> = {
    sse: operationFraming(toPublic),
    multipart: multipartFraming(toPublic),
  };
  return {
    onResultProcess({ request, result, setResultProcessor }) {
      if (Array.isArray(result)) return;
      const isStream = Symbol.asyncIterator in result;
      const form = streamForm(request, isStream);
      if (!form) return;
      const framing = framings[form];
      const [mediaType = ""] = framing.contentType.split(";");
      const results = isStream && sourceOf(request) ||
        toResults(result as ExecutionResult | AsyncIterable<ExecutionResult>);
      const resumption = resumptionOf(request);
      const isOver = resumption?.lastEventId === END_ID ||
        (isStream && request.method === "GET" && resumption?.isComplete === true);
      if (form === "sse" && isOver) {
        results[Symbol.asyncIterator]().return?.().catch(() => {});
        // By the standard, EventSource does not reconnect after this status.
        setResultProcessor(() => new Response(null, { status: 204 }), mediaType);
        return;
      }
      setResultProcessor(() => streamResponse(results, framing, options), mediaType);
    },
  };
}
