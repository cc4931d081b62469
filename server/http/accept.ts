/** Forms of a response that a request accepts. */

/** A media range of an Accept header. */
interface MediaRange {
  /** In lower case: 'multipart/mixed'. */
  readonly type: string;
  /** In lower case: 'subscriptionspec' -> '1.0'. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** Forms of a response that stays open for the results of an operation. */
export type StreamForm = "sse" | "multipart";

/** Media ranges of a client that gets a single result as JSON. */
const JSON_RANGES = [
  "application/json",
  "application/graphql-response+json",
  "application/*",
  "*/*",
];
/** Boundary of multipart subscriptions, the one that Apollo's clients ask for. */
export const MULTIPART_BOUNDARY = "graphql";

const EVENT_STREAM = "text/event-stream";
/** Media types of which one must be accepted for a single result to be sent as a stream. */
const STREAM_TYPES = /text\/event-stream|multipart\/mixed/i;
const WILDCARDS = ["*/*", "text/*"];

/**
 * Returns the form in which a client gets the results of an operation as a stream; undefined if it gets none, or a
 * single result as JSON.
 *
 * @param isStream whether there may be many results
 */
export function streamForm(request: Request, isStream: boolean): StreamForm | undefined {
  const accept = request.headers.get("accept") || "*/*";
  if (!isStream && !STREAM_TYPES.test(accept)) return undefined;
  const ranges = mediaRanges(accept);
  const accepts = (type: string) => ranges.some((range) => range.type === type);
  if (!isStream && JSON_RANGES.some(accepts)) return undefined;
  if (accepts(EVENT_STREAM)) return "sse";
  if (ranges.some(isMultipartSubscription)) return "multipart";
  return isStream && WILDCARDS.some(accepts) ? "sse" : undefined;
}

/** Returns whether it is our form of multipart subscriptions. A client that names another boundary cannot read it. */
function isMultipartSubscription({ type, parameters }: MediaRange): boolean {
  return type === "multipart/mixed" && parameters.get("subscriptionspec") === "1.0" &&
    (parameters.get("boundary") ?? MULTIPART_BOUNDARY) === MULTIPART_BOUNDARY;
}

/** Returns the accepted media ranges; those with q=0 are excluded. */
function mediaRanges(accept: string): readonly MediaRange[] {
  return accept.toLowerCase().split(",").flatMap((range) => {
    const [type = "", ...rest] = range.split(";").map((part) => part.trim());
    const parameters = new Map(rest.map(readParameter));
    return Number(parameters.get("q") ?? 1) === 0 ? [] : [{ type, parameters }];
  });
}

function readParameter(text: string): [name: string, value: string] {
  const [name = "", ...value] = text.split("=");
  return [name.trim(), value.join("=").trim().replace(/^"(.*)"$/, "$1")];
}
