/**
 * Form of subscriptions over multipart HTTP: each part is JSON with a `payload`, an empty object is a heartbeat.
 *
 * @see https://www.apollographql.com/docs/graphos/routing/operations/subscriptions/multipart-protocol
 */
import type { ExecutionResult } from "graphql";
import type { ToPublic } from "../../graphql/mask_errors.ts";
import { MULTIPART_BOUNDARY } from "../../http/accept.ts";
import { MULTIPART_HEARTBEAT_MS } from "../../timeouts.ts";
import { createEncoder } from "../encoded_results.ts";
import type { Framing } from "../result_stream.ts";

const encoder = new TextEncoder();
const DELIMITER = `--${MULTIPART_BOUNDARY}`;
const HEARTBEAT = encoder.encode(part("{}"));

const encodeResults = createEncoder((json) => part(`{"payload":${json}}`));

/** Returns the framing of one operation's results. */
export function multipartFraming(toPublic: ToPublic): Framing<ExecutionResult> {
  return {
    contentType: `multipart/mixed;boundary="${MULTIPART_BOUNDARY}";subscriptionSpec=1.0`,
    // Every part is followed by its delimiter, so that clients need not wait for the next one.
    opening: encoder.encode(`\r\n${DELIMITER}`),
    heartbeat: HEARTBEAT,
    heartbeatMs: MULTIPART_HEARTBEAT_MS,
    encode: (results) => encodeResults(results, toPublic),
    ending: encoder.encode("--\r\n"),
  };
}

function part(json: string): string {
  return `\r\ncontent-type: application/json\r\n\r\n${json}\r\n${DELIMITER}`;
}
