/** Yoga plugin that sends the results of a subscription as parts of a multipart response. */
import type { Plugin } from "graphql-yoga";
import type { ToPublic } from "../../graphql/mask_errors.ts";
import { acceptsJson, streamForm } from "../../http/accept.ts";
import { resultStream, STREAM_HEADERS, type StreamOptions, toResults } from "../result_stream.ts";
import { MULTIPART_SUBSCRIPTION, multipartFraming } from "./multipart_frames.ts";

/** Creates the plugin. A client that names server-sent events as well gets those. */
export function useMultipartSubscription(toPublic: ToPublic, options: StreamOptions): Plugin {
  const framing = multipartFraming(toPublic);
  return {
    onResultProcess({ request, result, setResultProcessor }) {
      if (Array.isArray(result) || streamForm(request) !== "multipart") return;
      const results = toResults(result);
      if (!results.isStream && acceptsJson(request)) return;
      setResultProcessor(
        () =>
          new Response(resultStream(results, framing, options), {
            headers: { ...STREAM_HEADERS, "content-type": MULTIPART_SUBSCRIPTION },
          }),
        "multipart/mixed",
      );
    },
  };
}
