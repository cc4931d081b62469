/** Yoga plugin that sends the results of a subscription as server-sent events. */
import type { ExecutionResult } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { ToPublic } from "../../graphql/mask_errors.ts";
import { encodeEvents } from "./event_frames.ts";
import { eventStream, STREAM_HEADERS, type StreamOptions } from "./event_stream.ts";

/** Creates the plugin. */
export function useEventStream(toPublic: ToPublic, options: StreamOptions): Plugin {
  const encode = (results: readonly ExecutionResult[]) => encodeEvents(results, toPublic);
  return {
    onResultProcess({ request, result, setResultProcessor }) {
      if (Array.isArray(result) || !(Symbol.asyncIterator in result)) return;
      if (!request.headers.get("accept")?.includes("text/event-stream")) return;
      const results = result as AsyncIterable<ExecutionResult>;
      setResultProcessor(
        () => new Response(eventStream(results, encode, options), { headers: STREAM_HEADERS }),
        "text/event-stream",
      );
    },
  };
}
