/** Requests: operations as clients send them, and what only somebody sends who means no good. */
import fc from "fast-check";
import { createHash } from "node:crypto";
import type { GraphQLSchema } from "graphql";
import { defersSome, type Operation, operationsOf } from "./documents.ts";
import { GRAPHQL_PATH } from "../../server/graphql/yoga.ts";
import type { Pool } from "./pool.ts";
import { anyDocument, damages } from "./texts.ts";
import { anyText, maybe } from "./values.ts";
import { write, type Written } from "./write.ts";

/** Kinds of requests, with what they are, and how many of a hundred are of it. */
export const KINDS = {
  valid: { title: "valid operations by HTTP", share: 56 },
  socket: { title: "valid operations by WebSocket", share: 8 },
  stream: { title: "valid operations by one event stream", share: 4 },
  file: { title: "runs' files", share: 4 },
  wild: { title: "operations with something wrong", share: 10 },
  text: { title: "texts that are damaged, or much", share: 7 },
  oddity: { title: "operations with odd parameters", share: 5 },
  http: { title: "requests that are wrong as HTTP", share: 4 },
  message: { title: "messages that are wrong by WebSocket", share: 2 },
} as const;
export type Kind = keyof typeof KINDS;

/** A request by HTTP. */
export interface HttpRequest {
  readonly kind: Exclude<Kind, "socket" | "message" | "stream">;
  readonly transport: "http";
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  /** After '?'. */
  readonly search: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer> | null;
  /** What is asked for, where it is known. */
  readonly asked?: Written;
}

/** Messages on a WebSocket of their own. */
export interface SocketRequest {
  readonly kind: "socket" | "message";
  readonly transport: "websocket";
  readonly messages: readonly (string | Uint8Array<ArrayBuffer>)[];
  readonly asked?: Written;
}

/** An operation on an event stream of its own, by graphql-sse's single connection mode. */
export interface StreamRequest {
  readonly kind: "stream";
  readonly transport: "stream";
  readonly asked: Written;
}

export type FuzzRequest = HttpRequest | SocketRequest | StreamRequest;

/** A request that is complete but for what only the server can tell. */
export type Draft = (pool: Pool) => FuzzRequest;

/** Longer URLs are refused before anything of the project's sees them. */
const LONGEST_URL = 4000;

const JSON_TYPE = "application/json";
const ANSWERS = ["application/json", "application/graphql-response+json"] as const;
/** How clients ask that can wait for parts of an answer, and how one asks that cannot. */
const PARTS = [
  ...["multipart/mixed, application/json", "text/event-stream", JSON_TYPE],
] as const;
const ACCEPTS = [
  ...ANSWERS,
  ...["*/*", "text/event-stream", "multipart/mixed", "nonsense", "text/html"],
  ...["application/json, text/event-stream;q=0.1", "text/event-stream, */*", ", ;q=x,"],
] as const;

/** Requests of all kinds. */
export function requestsOf(schema: GraphQLSchema): fc.Arbitrary<Draft> {
  const tame = operationsOf(schema, false);
  const wild = operationsOf(schema, true);
  const drafts: Record<Kind, fc.Arbitrary<Draft>> = {
    valid: fc.tuple(tame, fc.constantFrom(...ANSWERS), fc.nat({ max: 9 }))
      .map(([operation, accept, number]) => (pool) =>
        (number === 0 && operation.type !== "mutation" ? got : posted)(
          "valid",
          defersSome(operation)
            ? PARTS[number % PARTS.length] ?? accept
            : acceptOf(operation, accept),
          write(operation, pool),
        )
      ),
    socket: tame.map((operation) => (pool) => socketFor(write(operation, pool))),
    stream: tame.map((operation) => (pool) => ({
      ...{ kind: "stream", transport: "stream", asked: write(operation, pool) },
    })),
    file: files,
    wild: fc.tuple(wild, fc.constantFrom(...ANSWERS)).map(([operation, accept]) => (pool) =>
      posted("wild", acceptOf(operation, accept), write(operation, pool))
    ),
    text: textsOf(tame),
    oddity: fc.tuple(tame, oddities).map(([operation, odd]) => (pool) =>
      withOddities(write(operation, pool), odd)
    ),
    http: brokenRequests.map((request) => () => request),
    message: brokenMessages.map((messages) => () => ({
      ...{ kind: "message", transport: "websocket", messages },
    })),
  };
  return fc.oneof(
    ...Object.entries(drafts).map(([kind, arbitrary]) => ({
      weight: KINDS[kind as Kind].share,
      arbitrary,
    })),
  );
}

/** Asks for what nearly every operation names, so that the first ones have something to name. */
export const LOOK_AROUND: FuzzRequest = posted("valid", JSON_TYPE, {
  query: `{
    runs(first: 100) { edges { cursor node { id checkpoints { file name } } } }
    samples(first: 5) { edges { cursor node { id pixels image } } }
    datasets { name }
  }`,
  variables: {},
});

/** Answers of subscriptions are streams. */
function acceptOf({ type }: Operation, accept: string): string {
  return type === "subscription" ? "text/event-stream" : accept;
}

function posted(kind: HttpRequest["kind"], accept: string, asked: Written): HttpRequest {
  return {
    kind,
    transport: "http",
    method: "POST",
    path: GRAPHQL_PATH,
    search: "",
    headers: { "content-type": JSON_TYPE, accept },
    body: JSON.stringify(asked),
    asked,
  };
}

function got(kind: HttpRequest["kind"], accept: string, asked: Written): HttpRequest {
  const { query, variables } = asked;
  // A lone surrogate cannot be in a URL.
  const search = new URLSearchParams({ query, variables: JSON.stringify(variables) }).toString();
  if (search.length > LONGEST_URL || !query.isWellFormed()) return posted(kind, accept, asked);
  return {
    ...{ kind, transport: "http", method: "GET", path: GRAPHQL_PATH, search },
    ...{ headers: { accept }, body: null, asked },
  };
}

const INIT = JSON.stringify({ type: "connection_init" });

function socketFor(asked: Written): SocketRequest {
  const subscribe = JSON.stringify({ id: "1", type: "subscribe", payload: asked });
  return { kind: "socket", transport: "websocket", messages: [INIT, subscribe], asked };
}

/** Files of runs that there are and of others, such as they have and others. */
const files: fc.Arbitrary<Draft> = fc.record({
  nth: fc.nat(),
  id: maybe<string>(0.2, fc.oneof(anyText, fc.constantFrom("x", "UnVuOg==", "%00", "%ff"))),
  file: fc.oneof(
    {
      weight: 9,
      arbitrary: fc.constantFrom(
        ...["curves.svg", "curves.png", "history.json", "log.ndjson", "confusion.svg"],
        ...["confusion.png", "kernels.svg", "kernels.png"],
      ),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom("x", "log", "curves.gif", "..%2fx.svg", "history.json/"),
    },
  ),
  method: fc.constantFrom(...["GET", "GET", "GET", "GET", "GET", "HEAD", "POST"] as const),
  parameters: fc.record({
    theme: fc.constantFrom("light", "dark", "light", "dark", "x"),
    epoch: fc.constantFrom("1", "2", "0", "-1", "x"),
    step: fc.constantFrom("4", "8", "99999", "1.5"),
    layer: fc.oneof(fc.constantFrom("conv1", "conv2", "fc1"), anyText),
    checkpoint: anyText,
  }, { requiredKeys: [] }).filter((all) => Object.keys(all).length < 3),
  headers: fc.record(
    {
      "if-none-match": fc.constantFrom("*", '"x"', "nonsense"),
      accept: fc.constantFrom(...ACCEPTS),
    },
    { requiredKeys: [] },
  ),
}).map(({ nth, id, file, method, parameters, headers }) => (pool) => {
  const own = id === null || !id.isWellFormed() ? undefined : encodeURIComponent(id);
  return {
    kind: "file",
    transport: "http",
    method,
    path: `/runs/${own ?? pool.find(["Run.id"], nth) ?? "x"}/${file}`,
    search: new URLSearchParams(parameters).toString().slice(0, LONGEST_URL),
    headers,
    body: null,
  };
});

function textsOf(tame: fc.Arbitrary<Operation>): fc.Arbitrary<Draft> {
  const send = (query: string, accept: string) =>
    posted(
      "text",
      /^\s*subscription/.test(query) ? "text/event-stream" : accept,
      { query, variables: {} },
    );
  const accepts = fc.constantFrom(...ANSWERS);
  return fc.oneof(
    fc.tuple(anyDocument, accepts).map(([query, accept]) => () => send(query, accept)),
    fc.tuple(tame, damages, accepts).map(([operation, damage, accept]): Draft => (pool) =>
      send(damage(write(operation, pool).query), accept)
    ),
  );
}

/** What may be odd about a request whose document is not. */
interface Oddities {
  readonly operationName?: unknown;
  readonly extensions?: unknown;
  readonly variables?: unknown;
  readonly accept?: string;
  /** Whether the document is named by its hash: with its text, the first time, or without. */
  readonly hash?: "beside" | "alone";
}

const anyHash = fc.oneof(
  fc.constant("0".repeat(64)),
  fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), maxLength: 64 }),
  anyText,
);

const accepts = fc.constantFrom(...ACCEPTS);

const oddities: fc.Arbitrary<Oddities> = fc.oneof(
  fc.record(
    { hash: fc.constantFrom("beside" as const, "alone" as const), accept: accepts },
    { requiredKeys: ["hash"] },
  ),
  fc.record({
    operationName: fc.oneof(fc.constantFrom("A", "", "Nope", "__proto__"), fc.jsonValue()),
    extensions: fc.oneof(
      fc.jsonValue(),
      fc.record({
        persistedQuery: fc.oneof(
          fc.jsonValue(),
          fc.record({ version: fc.constantFrom<unknown>(1, 1, 2, "1"), sha256Hash: anyHash }),
        ),
      }),
    ),
    variables: fc.oneof(fc.jsonValue(), fc.dictionary(anyText, fc.jsonValue())),
    accept: accepts,
  }, { requiredKeys: [] }),
);

function withOddities(
  written: Written,
  { accept = JSON_TYPE, hash, ...odd }: Oddities,
): HttpRequest {
  const sha256Hash = createHash("sha256").update(written.query).digest("hex");
  const persisted = { extensions: { persistedQuery: { version: 1, sha256Hash } } };
  const body = { ...written, ...(hash ? persisted : {}), ...odd };
  return {
    ...posted("oddity", accept, written),
    body: JSON.stringify(hash === "alone" ? { ...body, query: undefined } : body),
  };
}

/** Requests that are wrong as HTTP, or as JSON. */
const brokenRequests: fc.Arbitrary<HttpRequest> = fc.record({
  kind: fc.constant("http" as const),
  transport: fc.constant("http" as const),
  path: fc.constant(GRAPHQL_PATH),
  method: fc.constantFrom("POST" as const, "POST" as const, "PUT" as const, "DELETE" as const),
  search: fc.constantFrom(
    ...["", "query={__typename}", "query=%", "variables={", "query=%ff%fe", "&&&==", "query[]=x"],
  ),
  headers: fc.record({
    "content-type": fc.constantFrom(
      ...[JSON_TYPE, JSON_TYPE, `${JSON_TYPE}; charset=utf-16`, "application/graphql"],
      ...["application/graphql+json", "multipart/form-data; boundary=x", "multipart/form-data"],
      ...["application/x-www-form-urlencoded", "text/plain", ";", "application/json;;"],
    ),
    accept: fc.constantFrom(...ACCEPTS),
    "content-encoding": fc.constantFrom("gzip", "br", "deflate", "nonsense"),
    "accept-encoding": fc.constantFrom("gzip", "identity;q=0", "nonsense"),
    "accept-language": fc.constantFrom("en", "x"),
    "x-forwarded-for": fc.constantFrom("1.2.3.4", "x, y,,", "::1"),
    origin: fc.constantFrom("null", "https://example.com", "nonsense"),
    authorization: fc.constantFrom("Bearer ", "Bearer x y", "Basic eA==", "nonsense"),
    cookie: fc.constantFrom("session=x", "=;;=", "__Host-session="),
    "x-graphql-event-stream-token": fc.constantFrom("x", "3f0a30d9-b8f0-4b06-afd4-4e6601740fc9"),
    "last-event-id": fc.constantFrom("1", "-1", "x"),
  }, { requiredKeys: ["accept"] }),
  body: fc.oneof(
    fc.uint8Array({ maxLength: 100 }).map((bytes) => Uint8Array.from(bytes)),
    anyText,
    fc.json(),
    fc.constantFrom(
      ...["", "{", '{"query":"{__typename}"', '{"query":"{__typename}"}}', '[{"query":"{a}"}]'],
      ...['{"query":"{__typename}","query":3}', '{"query":null}', '{"query":["{__typename}"]}'],
      "[".repeat(10_000),
      `{"query":"{__typename}","variables":${"[".repeat(5000)}${"]".repeat(5000)}}`,
      '{"__proto__":{"query":"{__typename}"}}',
      '{"query":"{__typename}","variables":"{}","extensions":[]}',
      `{"query":"${"x".repeat(300_000)}"}`,
    ),
  ),
});

/** What the protocol has no place for, before and after its beginning. */
const brokenMessages: fc.Arbitrary<SocketRequest["messages"]> = fc.array(
  fc.oneof(
    fc.constantFrom(
      ...[INIT, INIT, '{"type":"ping"}', '{"type":"pong","payload":{}}', '{"type":"complete"}'],
      ...['{"id":"1","type":"complete"}', '{"id":"1","type":"subscribe"}', "", "{", "null", "[]"],
      '{"id":"1","type":"subscribe","payload":{"query":"subscription { runStates { id } }"}}',
      '{"id":"1","type":"subscribe","payload":{"query":"{ runs { totalCount } }","variables":[]}}',
      '{"id":"","type":"subscribe","payload":{"query":"{ __typename }"}}',
      '{"id":"__proto__","type":"subscribe","payload":{"query":"{ __typename }"}}',
      '{"type":"connection_init","payload":{"authorization":["Bearer x"]}}',
      '{"type":"next","id":"1","payload":{}}',
    ),
    fc.jsonValue().map((payload) => JSON.stringify({ id: "1", type: "subscribe", payload })),
    fc.jsonValue().map((payload) => JSON.stringify({ type: "connection_init", payload })),
    fc.json(),
    anyText,
    fc.uint8Array({ maxLength: 30 }).map((bytes) => Uint8Array.from(bytes)),
  ),
  { minLength: 1, maxLength: 5 },
);
