/** The fuzzer objects to each fault of an answer, and to nothing else. */
import { assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { buildSchema } from "graphql";
import type { FuzzRequest } from "../../../tools/fuzz/request.ts";
import type { Reply } from "../../../tools/fuzz/send.ts";
import { judge } from "../../../tools/fuzz/verdict.ts";

const schema = buildSchema(`
  type Query { run(id: ID): Run runs: [Run!]! node: Node }
  interface Node { id: ID! }
  type Run implements Node { id: ID! epochs: Int! acc: Float state: State! }
  enum State { QUEUED RUNNING }
  directive @defer(if: Boolean! = true, label: String) on FRAGMENT_SPREAD | INLINE_FRAGMENT
`);

function ask(query: string, variables: Record<string, unknown> = {}): FuzzRequest {
  const asked = { query, variables };
  return {
    ...{ kind: "valid", transport: "http", method: "POST", path: "/graphql" },
    ...{ search: "", headers: {} },
    body: JSON.stringify(asked),
    asked,
  };
}

const reply = (answer: unknown, status = 200, type = "application/json"): Reply => ({
  ...{ transport: "http", status, type },
  body: typeof answer === "string" ? answer : JSON.stringify(answer),
});
const refusal = (code: unknown, more = {}) => ({
  errors: [{ message: "no", extensions: { code }, ...more }],
});

const QUERY = "{ run { id epochs acc state } }";
const RUN = { id: "a", epochs: 1, acc: null, state: "QUEUED" };
const GRAPHQL = "application/graphql-response+json";
const PUT: FuzzRequest = {
  ...{ kind: "http", transport: "http", method: "PUT", path: "/graphql" },
  ...{ search: "", headers: {}, body: null },
};
const FILE: FuzzRequest = {
  ...{ kind: "file", transport: "http", method: "GET", path: "/runs/x/curves.svg" },
  ...{ search: "", headers: {}, body: null },
};
/** An answer in parts. */
const parts = (...all: readonly unknown[]): Reply =>
  reply(
    all.map((part) => `\r\n---\r\nContent-Type: x\r\n\r\n${JSON.stringify(part)}`).join("") +
      "\r\n-----\r\n",
    200,
    "multipart/mixed",
  );
const SOCKET: FuzzRequest = { kind: "message", transport: "websocket", messages: [] };
const heard = (messages: readonly unknown[], closed: number | null = null): Reply => ({
  ...{ transport: "websocket", closed },
  messages: messages.map((message) => JSON.stringify(message)),
});

describe("judge()", () => {
  const objectionTo = (answer: Reply, request = ask(QUERY)) =>
    judge(request, answer, { schema, onValue: () => {} }).objection;

  const fine: readonly [Reply, FuzzRequest?][] = [
    [reply({ data: { run: RUN } })],
    [reply({ data: { run: null } })],
    [reply({ data: { run: RUN } }, 200, GRAPHQL)],
    [reply(refusal("BAD_USER_INPUT"))],
    [reply(refusal("NOT_FOUND"), 404, GRAPHQL)],
    [reply({ ...refusal("CONFLICT", { path: ["run", 0] }), data: null })],
    [reply('event: next\ndata: {"data":{"run":null}}\n\ndata: {"data":', 200, "text/event-stream")],
    [
      reply(
        '\r\n---\r\nContent-Type: application/json\r\n\r\n{"data":{"run":null}}\r\n-----\r\n',
        200,
        "multipart/mixed",
      ),
    ],
    [
      parts(
        { data: { run: { id: "a" } }, hasNext: true },
        { incremental: [{ data: { acc: 1 }, path: ["run"] }], hasNext: false },
      ),
      ask("{ run { id ... @defer { acc } } }"),
    ],
    [
      parts(
        { data: { runs: [{ id: "a" }, { id: "b" }], run: {} }, hasNext: true },
        { incremental: [{ data: { acc: 1 }, path: ["runs", 1] }], hasNext: true },
        { incremental: [{ data: { acc: 1 }, path: ["runs", 0] }], hasNext: true },
        { incremental: [{ data: null, path: ["run"], ...refusal("CONFLICT") }], hasNext: false },
      ),
      ask("{ runs { id ... @defer { acc } } run { ... @defer { epochs } } }"),
    ],
    [
      reply({ data: { node: { __typename: "Run", epochs: 2 } } }),
      ask("{ node { __typename ... on Run { epochs } } }"),
    ],
    [
      reply({ data: { a: [] } }),
      ask("query($v: Boolean!) { a: runs { id } run @skip(if: $v) { id } }", { v: true }),
    ],
    [heard([{ type: "connection_ack" }, { id: "1", type: "next", payload: { data: {} } }]), SOCKET],
    [heard([], 4400), SOCKET],
    [reply("<svg/>", 200, "image/svg+xml"), FILE],
    [reply("", 304, ""), FILE],
    [reply(refusal("NOT_FOUND"), 404), FILE],
    [reply("", 405), FILE],
    [reply("3f0a30d9-b8f0-4b06-afd4-4e6601740fc9", 201, "text/plain"), PUT],
  ];
  for (const [index, [answer, request]] of fine.entries()) {
    it(`accepts a correct response (${index + 1})`, () => {
      assertEquals(objectionTo(answer, request), undefined);
    });
  }

  const wrong: Readonly<Record<string, [RegExp, Reply, FuzzRequest?]>> = {
    "no answer": [/there must be an answer, got gone/, { transport: "none", reason: "gone" }],
    "a status of 5xx": [/below 500, got 503/, reply(refusal("UNAVAILABLE"), 503)],
    "an INTERNAL error": [/no error may be INTERNAL/, reply(refusal("INTERNAL"))],
    "an INTERNAL error in data": [
      /no error may be INTERNAL/,
      reply({ ...refusal("INTERNAL"), data: { run: null } }),
    ],
    "an error of another code": [/one of the API's codes/, reply(refusal("OOPS"))],
    "an error without a code": [/one of the API's codes/, reply({ errors: [{ message: "no" }] })],
    "an error without words": [/have a message/, reply(refusal("CONFLICT", { message: "" }))],
    "an error at no place": [/path must be/, reply(refusal("CONFLICT", { path: [{}] }))],
    "no error in a list": [/a list of one or more/, reply({ errors: [] })],
    "neither data nor errors": [/data or errors/, reply({})],
    "null for no reason": [/where data is null/, reply({ data: null })],
    "anything beside them": [/must have data, errors and ext/, reply({ data: { run: RUN }, x: 1 })],
    "what is no JSON": [/must be JSON, got <html>/, reply("<html>")],
    "another type of content": [/JSON by its type/, reply({ data: {} }, 200, "text/html")],
    "a page where a file must be": [/of a known type/, reply("<p>", 200, "text/html"), FILE],
    "a file that cannot be made": [/below 500, got 500/, reply(refusal("INTERNAL"), 500), FILE],
    "a file's refusal in words": [
      /JSON with a status of 4xx/,
      reply("no", 404, "text/plain"),
      FILE,
    ],
    "a field that is in no part": [
      /data\.runs\.0 must have 'acc'/,
      parts(
        { data: { runs: [{ id: "a" }, { id: "b" }] }, hasNext: true },
        { incremental: [{ data: { acc: 1 }, path: ["runs", 1] }], hasNext: false },
      ),
      ask("{ runs { id ... @defer { acc } } }"),
    ],
    "parts without an end": [/the last part must say so/, parts({ data: {}, hasNext: true })],
    "a token for no reason": [/JSON by its type/, reply("x".repeat(36), 201, "text/plain")],
    "data with an error's status": [/status 200/, reply({ data: { run: RUN } }, 400)],
    "a refusal that calls itself a success": [
      /a status of 4xx/,
      reply(refusal("BAD_USER_INPUT"), 200, GRAPHQL),
    ],
    "a field that is missing": [
      /data\.run must have 'acc'/,
      reply({ data: { run: { id: "a", epochs: 1, state: "QUEUED" } } }),
    ],
    "a field that nobody asked for": [
      /data\.run must not have 'x'/,
      reply({ data: { run: { ...RUN, x: 1 } } }),
    ],
    "a field that was to be left out": [
      /data must not have 'run'/,
      reply({ data: { run: RUN } }),
      ask("{ run @skip(if: true) { id } }"),
    ],
    "null where there must be a value": [
      /data\.run\.epochs must not be null/,
      reply({ data: { run: { ...RUN, epochs: null } } }),
    ],
    "a number that is not whole": [
      /epochs must be a Int, got 1\.5/,
      reply({ data: { run: { ...RUN, epochs: 1.5 } } }),
    ],
    "a value that its enum has not": [
      /state must be a State, got "DONE"/,
      reply({ data: { run: { ...RUN, state: "DONE" } } }),
    ],
    "one thing where there must be a list": [
      /runs must be a list/,
      reply({ data: { runs: RUN } }),
      ask("{ runs { id } }"),
    ],
    "a type that cannot be there": [
      /node must be a Node, got a Query/,
      reply({ data: { node: { __typename: "Query" } } }),
      ask("{ node { __typename } }"),
    ],
    "an event with an INTERNAL error": [
      /INTERNAL/,
      reply(`data: ${JSON.stringify(refusal("INTERNAL"))}\n\n`, 200, "text/event-stream"),
    ],
    "a deferred INTERNAL error": [
      /INTERNAL/,
      parts({ incremental: [{ data: null, ...refusal("INTERNAL") }], hasNext: false }),
    ],
    "a socket's INTERNAL error": [
      /INTERNAL/,
      heard([{ id: "1", type: "error", payload: refusal("INTERNAL").errors }]),
      SOCKET,
    ],
    "a message that the protocol has not": [/of a type that/, heard([{ type: "hello" }]), SOCKET],
    "a socket that is closed for the server's own fault": [/got 4500/, heard([], 4500), SOCKET],
  };
  for (const [what, [rule, answer, request]] of Object.entries(wrong)) {
    it(`objects to ${what}`, () => {
      assertMatch(objectionTo(answer, request) ?? "", rule);
    });
  }

  it("distinguishes executed from refused requests", () => {
    const outcomeOf = (answer: Reply) =>
      judge(ask(QUERY), answer, { schema, onValue: () => {} }).outcome;
    assertEquals(outcomeOf(reply(refusal("BAD_USER_INPUT"))), "refused");
    assertEquals(outcomeOf(reply({ ...refusal("CONFLICT"), data: null })), "executed");
    assertEquals(outcomeOf(reply({ data: { run: RUN } })), "answered");
  });

  it("reports the values of fields", () => {
    const held: unknown[] = [];
    const onValue = (source: string, value: unknown) => void held.push([source, value]);
    judge(ask("{ a: run { b: id } }"), reply({ data: { a: { b: "x" } } }), { schema, onValue });
    assertEquals(held, [["Run.id", "x"]]);
  });
});
