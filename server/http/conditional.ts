/** Conditional requests by RFC 9110, section 13: one rule for all routes. */

/** Headers of a response that a condition may replace. */
type ConditionalHeaders = Readonly<Record<string, string>> & { readonly etag: string };

/** An entity tag, weak or strong: it may contain commas. */
const ENTITY_TAG = /(W\/)?("[^"]*")/g;

/**
 * Evaluates If-Match and If-None-Match of a GET or HEAD request.
 *
 * @param headers those of the response, with a strong ETag
 * @returns 304 if the client has the response, 412 if it asks for another one; undefined to respond as usual
 */
export function evaluateConditions(
  request: Request,
  headers: ConditionalHeaders,
): Response | undefined {
  const wanted = request.headers.get("if-match");
  if (wanted !== null && !lists(wanted, headers.etag, "strong")) {
    return new Response(null, { status: 412, headers });
  }
  const known = request.headers.get("if-none-match");
  if (known !== null && lists(known, headers.etag, "weak")) {
    return new Response(null, { status: 304, headers });
  }
  return undefined;
}

/** Returns whether a header lists a tag. A proxy that compresses weakens tags, which a weak comparison ignores. */
function lists(header: string, etag: string, comparison: "weak" | "strong"): boolean {
  if (header.trim() === "*") return true;
  return header.matchAll(ENTITY_TAG).some(([, weak, tag]) =>
    tag === etag && (comparison === "weak" || weak === undefined)
  );
}
