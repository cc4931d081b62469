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

const JSON_TYPES = [
  "application/json",
  "application/graphql-response+json",
  "application/*",
  "*/*",
];
const EVENT_STREAM = "text/event-stream";
const WILDCARDS = ["*/*", "text/*"];

/** Returns the form in which a client gets a subscription; undefined if it accepts none. */
export function streamForm(request: Request): StreamForm | undefined {
  const ranges = mediaRanges(request);
  const accepts = (type: string) => ranges.some((range) => range.type === type);
  if (accepts(EVENT_STREAM)) return "sse";
  if (ranges.some(isMultipartSubscription)) return "multipart";
  return WILDCARDS.some(accepts) ? "sse" : undefined;
}

/** Returns whether a client names server-sent events, rather than accepting everything. */
export function acceptsEvents(request: Request): boolean {
  return mediaRanges(request).some(({ type }) => type === EVENT_STREAM);
}

/** Returns whether a client accepts a single result as JSON. */
export function acceptsJson(request: Request): boolean {
  return mediaRanges(request).some(({ type }) => JSON_TYPES.includes(type));
}

/** Returns whether a client accepts subscriptions over multipart HTTP, in the one version of that protocol. */
export function acceptsMultipartSubscription(request: Request): boolean {
  return mediaRanges(request).some(isMultipartSubscription);
}

function isMultipartSubscription({ type, parameters }: MediaRange): boolean {
  return type === "multipart/mixed" && parameters.get("subscriptionspec") === "1.0";
}

/** Returns the accepted media ranges; those with q=0 are excluded. */
function mediaRanges(request: Request): readonly MediaRange[] {
  return (request.headers.get("accept") || "*/*").toLowerCase().split(",").flatMap((range) => {
    const [type = "", ...rest] = range.split(";").map((part) => part.trim());
    const parameters = new Map(rest.map(readParameter));
    return Number(parameters.get("q") ?? 1) === 0 ? [] : [{ type, parameters }];
  });
}

function readParameter(text: string): [name: string, value: string] {
  const [name = "", ...value] = text.split("=");
  return [name.trim(), value.join("=").trim().replace(/^"(.*)"$/, "$1")];
}
