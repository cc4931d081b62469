/** Yoga plugin that sends the results of an operation as server-sent events. */
import type { Plugin } from "graphql-yoga";
import type { ToPublic } from "../../graphql/mask_errors.ts";
import { resumptionOf } from "../../graphql/resumption.ts";
import { acceptsEvents, acceptsJson, streamForm } from "../../http/accept.ts";
import { resultStream, STREAM_HEADERS, type StreamOptions, toResults } from "../result_stream.ts";
import { EVENT_STREAM, operationFraming } from "./event_frames.ts";

/** Creates the plugin. A client that accepts JSON gets a single result as that. */
export function useEventStream(toPublic: ToPublic, options: StreamOptions): Plugin {
  const framing = operationFraming(toPublic);
  return {
    async onResultProcess({ request, result, setResultProcessor }) {
      if (Array.isArray(result) || streamForm(request) !== "sse") return;
      const results = toResults(result);
      if (!results.isStream && (acceptsJson(request) || !acceptsEvents(request))) return;
      if (request.method === "GET" && resumptionOf(request)?.isComplete) {
        await results[Symbol.asyncIterator]().return?.();
        // By the standard, EventSource does not reconnect after this status.
        setResultProcessor(() => new Response(null, { status: 204 }), EVENT_STREAM);
        return;
      }
      setResultProcessor(
        () =>
          new Response(resultStream(results, framing, options), {
            headers: { ...STREAM_HEADERS, "content-type": EVENT_STREAM },
          }),
        EVENT_STREAM,
      );
    },
  };
}
