/** Results in parts: deferred fields come after the rest to clients that accept parts, and with it to others. */
import { assertEquals, assertMatch, assertNotMatch, assertRejects } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import {
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  specifiedDirectives,
} from "graphql";
import type { ApiContext } from "../../../schema/base/context.ts";
import { deferDirective } from "../../../schema/base/defer.ts";
import { assertRefused, post, statusOf } from "../../support/http.ts";
import { soon } from "../../support/until.ts";
import { startServer, type TestServer } from "../../support/start_server.ts";

const PARTS = { accept: "multipart/mixed, application/json" };

/** A run, of which something takes as long as the test says. */
function createSchema() {
  const asked = Promise.withResolvers<void>();
  const slow = Promise.withResolvers<string>();
  const gone = Promise.withResolvers<void>();
  const Run: GraphQLObjectType = new GraphQLObjectType({
    name: "Run",
    fields: () => ({
      name: { type: GraphQLString, resolve: () => "a run" },
      slow: {
        type: GraphQLString,
        resolve(_root, _args, { request }: ApiContext) {
          asked.resolve();
          request?.signal.addEventListener("abort", () => gone.resolve());
          return slow.promise;
        },
      },
      wrong: { type: new GraphQLNonNull(GraphQLString), resolve: () => null },
      others: { type: new GraphQLList(Run), resolve: () => [{}, {}] },
    }),
  });
  const schema = new GraphQLSchema({
    directives: [...specifiedDirectives, deferDirective],
    query: new GraphQLObjectType({
      name: "Query",
      fields: { run: { type: Run, resolve: () => ({}) } },
    }),
    mutation: new GraphQLObjectType({
      name: "Mutation",
      fields: { start: { type: Run, resolve: () => ({}) } },
    }),
    subscription: new GraphQLObjectType({
      name: "Subscription",
      fields: { ticks: { type: GraphQLInt } },
    }),
  });
  return { schema, asked: asked.promise, gone: gone.promise, slow };
}

/** The parts of a multipart answer, as they come. */
async function* partsOf(response: Response): AsyncGenerator<unknown, void> {
  assertMatch(response.headers.get("content-type") ?? "", /^multipart\/mixed; boundary="-"/);
  let rest = "";
  for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const parts = `${rest}${piece}`.split("\r\n---");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      const json = part.split("\r\n\r\n")[1];
      if (json !== undefined) yield JSON.parse(json);
    }
  }
}

describe("@defer", () => {
  let server: TestServer;
  let made: ReturnType<typeof createSchema>;
  beforeEach(async () => {
    made = createSchema();
    server = await startServer({ schema: made.schema });
  });
  afterEach(async () => await server[Symbol.asyncDispose]());

  const ask = (query: string, headers: Readonly<Record<string, string>>) =>
    post(server.origin, { query }, headers);
  const SLOW = '{ run { name ... @defer(label: "late") { slow } } }';
  const WHOLE = { data: { run: { name: "a run", slow: "done" } } };

  it("sends a part after the rest", async () => {
    const response = await ask(SLOW, PARTS);
    assertEquals(response.headers.get("x-accel-buffering"), "no");
    assertEquals(response.headers.get("cache-control"), "no-store, no-transform");
    const parts = partsOf(response);
    assertEquals((await parts.next()).value, { data: { run: { name: "a run" } }, hasNext: true });
    made.slow.resolve("done");
    assertEquals((await parts.next()).value, {
      incremental: [{ data: { slow: "done" }, path: ["run"], label: "late" }],
      hasNext: false,
    });
    assertEquals((await parts.next()).done, true);
  });

  it("sends one result to a client that accepts no parts, or parts of another form", async () => {
    made.slow.resolve("done");
    const accepted = [
      "application/json",
      "application/graphql-response+json, application/json;q=0.9",
      "*/*",
      "multipart/mixed;incrementalSpec=v0.2, application/json",
      "multipart/mixed; deferSpec=20990101, application/json",
    ];
    for (const accept of accepted) {
      const response = await ask(SLOW, { accept });
      assertMatch(response.headers.get("content-type") ?? "", /json/, accept);
      assertEquals(await response.json(), WHOLE, accept);
    }
    const accept = "multipart/mixed;deferSpec=20220824, application/json";
    const response = await ask(SLOW, { accept });
    assertEquals((await Array.fromAsync(partsOf(response))).length, 2);
  });

  it("sends one result if the condition of the deferral is false", async () => {
    made.slow.resolve("done");
    const response = await ask("{ run { name ... @defer(if: false) { slow } } }", PARTS);
    assertEquals(await response.json(), WHOLE);
  });

  it("sends parts as events to a client that accepts event streams", async () => {
    made.slow.resolve("done");
    const response = await ask(SLOW, { accept: "text/event-stream" });
    const text = await response.text();
    const events = [...text.matchAll(/^event: next\ndata: (.*)$/gm)].map(([, json]) =>
      JSON.parse(json ?? "")
    );
    assertEquals(events.map(({ hasNext }) => hasNext), [true, false]);
    assertMatch(text, /event: complete\nid: end\ndata\n\n$/);
  });

  it("hides an unexpected error of a part behind the code INTERNAL", async () => {
    const query = "{ run { name ... @defer { wrong } } }";
    for (const accept of [PARTS.accept, "text/event-stream"]) {
      const text = await (await ask(query, { accept })).text();
      assertMatch(text, /"message":"Unexpected error"/);
      assertMatch(text, /"code":"INTERNAL"/);
      assertNotMatch(text, /non-nullable/);
    }
  });

  it("aborts the deferred field when the client leaves", async () => {
    const going = new AbortController();
    const response = await post(server.origin, { query: SLOW }, PARTS, going.signal);
    const parts = partsOf(response);
    await parts.next();
    await made.asked;
    going.abort();
    await soon(made.gone, "the server must know that the client has gone");
    await assertRejects(() => parts.next());
    made.slow.resolve("done");
  });

  it("costs as much as the parts that it may send, multiplied by lists", async () => {
    const parts = (count: number) => "... @defer { name } ".repeat(count);
    const cases: [string, boolean][] = [
      [`{ run { ${parts(20)} } }`, true],
      [`{ run { ${parts(49)} } }`, true],
      [`{ run { others { ... @defer { others { name } } } } }`, true],
      [`{ run { others { others { ... @defer { name } } } } }`, false],
    ];
    for (const [query, isAnswered] of cases) {
      const response = ask(query, { accept: "application/graphql-response+json" });
      if (isAnswered) assertEquals(await statusOf(response), 200, query);
      else {await assertRefused(response, {
          status: 400,
          message: /must cost at most 50000 points/,
        });}
    }
  });

  it("is refused in subscriptions and at the root of mutations, and with ambiguous labels", async () => {
    made.slow.resolve("done");
    const cases: [string, RegExp][] = [
      ["subscription { ... @defer { ticks } }", /each answer of a subscription comes as a whole/],
      ["subscription { ...A } fragment A on Subscription { ... @defer { ticks } }", /as a whole/],
      [
        "mutation { ... @defer { start { name } } }",
        /what a mutation does must be asked for without/,
      ],
      [
        '{ run { ... @defer(label: "a") { name } ... @defer(label: "a") { slow } } }',
        /a label must be/,
      ],
      ["query($l: String) { run { ... @defer(label: $l) { name } } }", /a label must be/],
    ];
    for (const [query, message] of cases) {
      const response = ask(query, { accept: "application/graphql-response+json" });
      await assertRefused(response, { status: 400, code: "BAD_USER_INPUT", message }, query);
    }
    const allowed = await ask("mutation { start { name ... @defer { slow } } }", PARTS);
    assertEquals((await Array.fromAsync(partsOf(allowed))).length, 2);
  });
});
