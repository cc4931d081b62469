/** Generates requests: operations as clients send them, and malicious ones. */
import { GRAPHQL_PATH } from "../../server/http/paths.ts";
import { defersSome, type Operation, operationsOf } from "./documents.ts";
import { importSteps } from "./imports.ts";
import { brokenMessages, brokenRequests } from "./malformed_requests.ts";
import {
  ACCEPTS,
  ANSWERS,
  type Draft,
  type FuzzRequest,
  type HttpRequest,
  INIT,
  JSON_TYPE,
  type Kind,
  KINDS,
  type SocketRequest,
} from "./request.ts";
import { anyDocument, damages } from "./texts.ts";
import { anyText, maybe } from "./values.ts";
import { write, type Written } from "./write.ts";
import fc from "fast-check";
import type { GraphQLSchema } from "graphql";
import { createHash } from "node:crypto";

/** Maximum length of a URL: Deno refuses longer ones. */
const MAX_URL_LENGTH = 4000;
/** Accept headers of clients with and without support of deferred parts. */
const PARTS = [
  ...["multipart/mixed, application/json", "text/event-stream", JSON_TYPE],
] as const;

/** Generates requests of all kinds. */
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
      kind: "stream",
      transport: "stream",
      asked: write(operation, pool),
    })),
    file: files,
    import: importSteps,
    wild: fc.tuple(wild, fc.constantFrom(...ANSWERS)).map(([operation, accept]) => (pool) =>
      posted("wild", acceptOf(operation, accept), write(operation, pool))
    ),
    text: textsOf(tame),
    oddity: fc.tuple(tame, oddities).map(([operation, odd]) => (pool) =>
      withOddities(write(operation, pool), odd)
    ),
    http: brokenRequests.map((request) => () => request),
    message: brokenMessages.map((messages) => () => ({
      kind: "message",
      transport: "websocket",
      messages,
    })),
  };
  return fc.oneof(
    ...Object.entries(drafts).map(([kind, arbitrary]) => ({
      weight: KINDS[kind as Kind].share,
      arbitrary,
    })),
  );
}

/** Requests the values that most operations use, so that the first ones have some. */
export const LOOK_AROUND: FuzzRequest = posted("valid", JSON_TYPE, {
  query: `{
    runs(first: 100) { edges { cursor node { id checkpoints { file name } } } }
    samples(first: 5) { edges { cursor node { id pixels image } } }
    datasets { name }
  }`,
  variables: {},
});

/** Responses to subscriptions are streams. */
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
  if (search.length > MAX_URL_LENGTH || !query.isWellFormed()) return posted(kind, accept, asked);
  return {
    kind,
    transport: "http",
    method: "GET",
    path: GRAPHQL_PATH,
    search,
    headers: { accept },
    body: null,
    asked,
  };
}

function socketFor(asked: Written): SocketRequest {
  const subscribe = JSON.stringify({ id: "1", type: "subscribe", payload: asked });
  return { kind: "socket", transport: "websocket", messages: [INIT, subscribe], asked };
}

/** Generates requests for existing and missing files of existing and missing runs. */
const files: fc.Arbitrary<Draft> = fc.record({
  nth: fc.nat(),
  id: maybe<string>(0.2, fc.oneof(anyText, fc.constantFrom("x", "UnVuOg==", "%00", "%ff"))),
  file: fc.oneof(
    {
      weight: 9,
      arbitrary: fc.constantFrom(
        ...["curves.svg", "curves.png", "history.json", "log.ndjson", "confusion.svg"],
        ...["confusion.png", "kernels.svg", "kernels.png", "curves.pdf", "kernels.pdf"],
        ...["compare.svg", "compare.png", "compare.pdf"],
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
    of: fc.constantFrom("epochs", "steps", "test", "train", "x"),
    title: anyText,
    scale: fc.constantFrom("log", "linear", "x"),
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
  const idAt = (nth: number) => own ?? String(pool.find(["Run.id"], nth) ?? "x");
  const isComparison = file.startsWith("compare.");
  const search = new URLSearchParams(parameters);
  if (isComparison) search.set("runs", `${idAt(nth)},${pool.find(["Run.id"], nth + 1) ?? ""}`);
  return {
    kind: "file",
    transport: "http",
    method,
    path: isComparison ? `/runs/${file}` : `/runs/${idAt(nth)}/${file}`,
    search: search.toString().slice(0, MAX_URL_LENGTH),
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

/** Generates odd parameters for a valid document. */
interface Oddities {
  readonly operationName?: unknown;
  readonly extensions?: unknown;
  readonly variables?: unknown;
  readonly accept?: string;
  /** Identifies the document by its hash, with or without its text. */
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
