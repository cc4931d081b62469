/** Form of server-sent events in graphql-sse's protocol. */
import type { ExecutionResult } from "graphql";
import { eventIdOf } from "../../graphql/resumption.ts";
import { END_ID } from "../../../schema/base/resumption.ts";
import type { ToPublic } from "../../graphql/mask_errors.ts";
import { SSE_HEARTBEAT_MS } from "../../timeouts.ts";
import { createEncoder, jsonOf } from "../encoded_results.ts";
import type { Framing } from "../result_stream.ts";
import type { Message } from "./merged_results.ts";

const encoder = new TextEncoder();

/**
 * A comment, without the blank line that ends an event: parsers such as Spring's take a blank line for the end of an
 * event without a name.
 */
const COMMENT = encoder.encode(":\n");

const encodeResults = createEncoder((json, result) => eventFrame("next", json, eventIdOf(result)));

/** Returns the framing of one operation's results. */
export function operationFraming(toPublic: ToPublic): Framing<ExecutionResult> {
  return framing((results) => encodeResults(results, toPublic), END_ID);
}

/** Returns the framing of the messages of operations that share a stream. */
export function messageFraming(toPublic: ToPublic): Framing<Message> {
  return framing((messages) => {
    const frames = messages.map(({ id, result }) => {
      const name = JSON.stringify(id);
      return result
        ? eventFrame("next", `{"id":${name},"payload":${jsonOf(result, toPublic)}}`)
        : eventFrame("complete", `{"id":${name}}`);
    });
    return encoder.encode(frames.join(""));
  });
}

/**
 * Creates a framing.
 *
 * @param endId id of the end, with which EventSource's next connection is refused
 */
function framing<Item>(encode: Framing<Item>["encode"], endId?: string): Framing<Item> {
  const id = endId === undefined ? "" : `id: ${endId}\n`;
  return {
    contentType: "text/event-stream",
    opening: COMMENT,
    heartbeat: COMMENT,
    heartbeatMs: SSE_HEARTBEAT_MS,
    encode,
    // EventSource dispatches no event without data. Without a colon the data is empty by the standard, and no client
    // that parses all `data:` as JSON takes it for a result.
    ending: encoder.encode(`event: complete\n${id}data\n\n`),
  };
}

function eventFrame(event: "next" | "complete", data: string, id?: string): string {
  const name = id === undefined ? "" : `id: ${id}\n`;
  return `event: ${event}\n${name}data: ${data}\n\n`;
}
