/** Limits of operations, mutations and subscriptions: each is named with its value before anything is executed. */
import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { before, describe, it } from "@std/testing/bdd";
import {
  getIntrospectionQuery,
  GraphQLInt,
  GraphQLObjectType,
  GraphQLSchema,
  parse,
  validate,
} from "graphql";
import { sseClient, wsClient } from "../../support/clients.ts";
import * as cli from "../../../cli/runs/operations.ts";
import { createApiSchema } from "../../../resolvers/api_schema.ts";
import { createTokenBuckets } from "../../../server/auth/token_bucket.ts";
import * as data from "../../../web/data/operations.ts";
import { EXAMPLES } from "../../../web/graphiql/examples.ts";
import * as training from "../../../web/training/operations.ts";
import { assertRefused, bearer, postRaw } from "../../support/http.ts";
import { startServer, type TestServer, useServer } from "../../support/start_server.ts";
import { createRun } from "../../support/written_run.ts";

const START = "mutation { startTraining { run { id } } }";
const STATES = "subscription { runStates { id } }";

describe("an operation", () => {
  const server = useServer();
  before(async () => {
    await createRun(server.store);
  });

  const nested = (depth: number) => "{ a ".repeat(depth) + "}".repeat(depth);
  const ofType = (depth: number) =>
    `{ __type(name: "Run") ${"{ ofType ".repeat(depth)} { name } ${"}".repeat(depth)} }`;

  const cases: readonly [string, string, string][] = [
    ["depth", nested(13), "have a depth of at most 12, got 13."],
    [
      "depth by fragments",
      `{ run(id: "x") { ...A } } fragment A on Run { ...B } fragment B on Run ${nested(12)}`,
      "have a depth of at most 12, got 13.",
    ],
    [
      "depth in what it asks of the schema",
      ofType(15),
      "have a depth of at most 16 in what it asks of the schema, got 17.",
    ],
    [
      "lists of the schema inside each other",
      "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }",
      "ask for at most 2 lists of the schema inside each other, got 3.",
    ],
    ["fields", `{ ${"__typename ".repeat(401)} }`, "have at most 400 fields, got 401."],
    [
      "fields that fragments multiply",
      "{ ...F0 } " +
      Array.from(
        { length: 60 },
        (_, at) =>
          `fragment F${at} on Query { ${at < 59 ? `...F${at + 1} ...F${at + 1}` : "__typename"} }`,
      )
        .join(" "),
      `have at most 400 fields, got ${2 ** 59}.`,
    ],
    [
      "aliases",
      `{ ${Array.from({ length: 51 }, (_, at) => `a${at}: __typename`).join(" ")} }`,
      "have at most 50 aliases, got 51.",
    ],
    [
      "directives",
      `{ ${"__typename @skip(if: false) ".repeat(51)} }`,
      "have at most 50 directives, got 51.",
    ],
    [
      "directives in one place",
      `{ __typename ${"@include(if: true) ".repeat(5)} }`,
      "have at most 4 directives in one place, got 5.",
    ],
    ["tokens", `{ ${"a ".repeat(4000)} }`, "have at most 4000 tokens, got more."],
    [
      "cost of lists",
      "{ runs(first: 200) { nodes { curves { svg } } } }",
      "cost at most 50000 points, got 1000221. Ask for fewer items, or for less of each.",
    ],
  ];
  for (const [name, query, rule] of cases) {
    it(`is refused for its ${name}`, async () => {
      const expected = {
        message: `Cannot answer: the operation must ${rule}`,
        code: "BAD_USER_INPUT",
      };
      for (const accept of ["application/graphql-response+json", "application/json"]) {
        const response = await server.post({ query }, { accept });
        assert(response.status < 500);
        const status = accept === "application/json" ? response.status : 400;
        await assertRefused(response, { status, ...expected });
      }
      const client = wsClient(server.origin);
      const refused = await client.iterate({ query }).next().then(
        ({ value }) => value.errors,
        (errors) => errors,
      );
      assertEquals(refused[0].message, expected.message);
      assertEquals(refused[0].extensions.code, expected.code);
      assertEquals(refused[0].extensions.http, undefined);
      await client.dispose();
    });
  }

  it("is refused for variables that are nested too deeply, with the limit", async () => {
    const query =
      "mutation($input: StartTrainingInput) { startTraining(input: $input) { run { id } } }";
    const layers = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
    for (const depth of [2000, 40_000]) {
      const input = `{"network":{"layers":${layers(depth)}}}`;
      const body = `{"query":${JSON.stringify(query)},"variables":{"input":${input}}}`;
      const accept = "application/graphql-response+json";
      await assertRefused(postRaw(server.origin, body, { accept }), {
        status: 400,
        code: "BAD_USER_INPUT",
        message: "Cannot answer: the variables must have a depth of at most 1000, got more.",
      });
    }
  });

  it("is refused for what it costs before anything of it is carried out", async () => {
    const expensive = "x: runs(first: 200) { nodes { confusionMatrix { accuracy } } }";
    const cases: readonly [string, Record<string, unknown>?][] = [
      [`{ ${expensive} }`],
      ["{ runs(first: 100) { nodes { logs(level: ERROR, last: 1) { seq } } } }"],
      // Wherever the number comes from.
      ["query($n: Int) { runs(first: $n) { nodes { curves { svg } } } }", { n: 200 }],
      ["query($n: Int = 200) { runs(first: $n) { nodes { curves { svg } } } }"],
      // Whatever is in the way of adding it up.
      [`{ ...F } fragment F on Query { ${expensive} }`],
      [`{ ... on Query { ... { ${expensive} } } }`],
      [`{ runs(first: 0) { totalCount } ${expensive} }`],
      [`{ samples(first: 1000) { edges { node { a: pixels b: pixels c: pixels d: pixels e: pixels f: pixels } } } }`],
      [
        '{ a: run(id: "x") { ...P } } fragment P on Run { ' +
        Array.from({ length: 11 }, (_, at) => `p${at}: curves { png }`).join(" ") + " }",
      ],
      [`{ node(id: "x") { ... on Run { batchCurve(maxPoints: null) {
        a: loss b: loss c: loss d: loss e: loss f: loss g: loss h: loss i: loss j: loss } } } }`],
    ];
    const message = /^Cannot answer: the operation must cost at most 50000 points, got \d+/;
    for (const [query, variables] of cases) {
      await assertRefused(server.post({ query, variables }), { code: "BAD_USER_INPUT", message });
    }
  });

  it("costs as much as the most expensive type of a list, not all of them together", async () => {
    const { runs: { nodes: [{ id }] } } = await server.ask("{ runs { nodes { id } } }");
    const [, fields = ""] =
      /runEvents\([^)]*\) (\{[\s\S]*\})\s*\}$/.exec(cli.FOLLOW_EVENTS.query) ?? [];
    assertMatch(fields, /on BatchesEvent/);
    const { run } = await server.ask(
      `query($id: ID!) { run(id: $id) { events(first: 1000) ${fields} } }`,
      { id },
    );
    assertEquals(run.events[0].__typename, "QueuedEvent");
  });

  it("may be GraphiQL's introspection and every operation of the page and the command line", async () => {
    const schema = createApiSchema();
    const introspection = await server.ask(getIntrospectionQuery({
      ...{ specifiedByUrl: true, inputValueDeprecation: true, oneOf: true },
      ...{ schemaDescription: true, directiveIsRepeatable: true },
    }));
    assertEquals(introspection.__schema.queryType.name, "Query");

    const operations = [training, data, cli].flatMap((module) => Object.values(module));
    const queries = [...EXAMPLES, ...operations].flatMap((one) =>
      typeof one === "object" && "query" in one ? [one.query] : []
    );
    assert(queries.length > 30);
    const variables = {
      ...{ id: btoa("Run:x"), runId: btoa("Run:x"), recipe: "BASIC_CNN", input: {} },
      ...{ dataset: "mnist", split: "TRAIN", offset: 0, batchSize: 64, number: 1, theme: "LIGHT" },
      ...{ first: 200, maxPoints: 2000, afterSeq: 0, afterStep: 0, afterEpoch: 0, every: 1 },
    };
    for (const query of queries) {
      assertEquals(validate(schema, parse(query)), []);
      const isStream = /^\s*subscription|\nsubscription/.test(query);
      const accept = isStream ? "text/event-stream" : "application/json";
      const response = await server.post({ query, variables }, { accept });
      const reader = response.body?.getReader();
      const { value } = await reader?.read() ?? {};
      await reader?.cancel();
      assertNotMatch(new TextDecoder().decode(value), /the operation must|RATE_LIMITED/, query);
    }
  });

  it("is refused in a list of operations", async () => {
    for (const count of [0, 1, 10]) {
      await assertRefused(server.post(Array(count).fill({ query: "{ __typename }" })), {
        message: `Cannot answer: a request must hold one operation, got a list of ${count}.`,
      });
    }
  });
});

describe("mutations of a client", () => {
  const secretOf = (name: string) => `${name}0123456789abcdef`;
  const TOKENS = ["alice", "bob"].map((name) => (
    { name, scope: "write" as const, secret: secretOf(name) }
  ));
  const as = (name: string) => bearer(secretOf(name));

  it("are limited per minute, together for HTTP and WebSockets", async () => {
    await using server = await startServer({ tokens: TOKENS, limits: { mutationsPerMinute: 3 } });
    const ask = (name: string, query: string) => server.post({ query }, as(name));
    const two = "mutation { a: startTraining { run { id } } ...B } " +
      "fragment B on Mutation { b: startTraining { run { id } } }";
    assertEquals((await (await ask("alice", two)).json()).errors, undefined);
    const message =
      /^Cannot answer: a client must make at most 3 mutations a minute, got more\. Try again in \d+ s\.$/;
    const refusal = { status: 429, code: "RATE_LIMITED", message };
    const refused = await assertRefused(ask("alice", two), refusal);
    assertMatch(refused.headers.get("retry-after") ?? "", /^([1-9]|1\d|20)$/);
    assertEquals((await server.store.list({ first: 1 })).totalCount, 2);

    assertEquals((await (await ask("alice", START)).json()).errors, undefined);
    const client = wsClient(server.origin, { connectionParams: as("alice") });
    const { value } = await client.iterate({ query: START }).next();
    assertEquals(value.errors[0].extensions.code, "RATE_LIMITED");
    await client.dispose();
    // Other clients and queries do not count.
    assertEquals((await (await ask("bob", START)).json()).errors, undefined);
    assertEquals(await (await ask("alice", "{ __typename }")).json(), {
      data: { __typename: "Query" },
    });
  });

  it("are refused if they would queue more runs than a client may have", async () => {
    await using server = await startServer({ tokens: TOKENS, limits: { queuedRuns: 2 } });
    const start = async (name: string) => await server.post({ query: START }, as(name));
    for (const name of ["alice", "alice", "bob"]) {
      assertEquals((await (await start(name)).json()).errors, undefined);
    }
    const message = /^Cannot train: 'alice' must have at most 2 runs in the queue, got 3\./;
    await assertRefused(start("alice"), { code: "RATE_LIMITED", message });
    const query =
      "{ runs(orderBy: { field: CREATED_AT, direction: ASC }) { nodes { startedBy } } }";
    const { runs } = await server.ask(query, {}, as("bob"));
    const starters = runs.nodes.map((run: { startedBy: string }) => run.startedBy);
    assertEquals(starters, ["alice", "alice", "bob"]);
  });
});

describe("a token bucket", () => {
  it("gives its tokens at once, and then those that are refilled", () => {
    let now = 100;
    const buckets = createTokenBuckets(3, 0.5, () => now);
    assertEquals(buckets.take("a", 2), 0);
    assertEquals(buckets.take("a", 2), 2);
    assertEquals(buckets.take("a", 1), 0);
    assertEquals(buckets.take("b", 3), 0);
    now += 2;
    assertEquals(buckets.take("a", 1), 0);
    assertEquals(buckets.take("a", 1), 2);
    now += 1000;
    assertEquals(buckets.take("a", 3), 0);
    assertEquals(buckets.take("a", 4), Infinity);
  });

  it("forgets idle clients, and no other", () => {
    let now = 0;
    const forgotten = new Set<unknown>();
    const buckets = createTokenBuckets(1, 1, () => now);
    for (let index = 0; index < 5000; index++) buckets.take(`old ${index}`, 1);
    now = 10;
    assertEquals(buckets.take("new", 1), 0);
    const { delete: forget } = Map.prototype;
    try {
      Map.prototype.delete = function (key) {
        forgotten.add(key);
        return forget.call(this, key);
      };
      for (let index = 0; index < 5000; index++) buckets.take(`other ${index}`, 1);
    } finally {
      Map.prototype.delete = forget;
    }
    assertEquals(forgotten.size, 5000);
    assertEquals(buckets.take("new", 1), 1);
  });
});

describe("subscriptions of a client", () => {
  const refusalOf = (most: number) =>
    `Cannot answer: a client must have at most ${most} subscriptions open, got ${
      most + 1
    }. End one first.`;
  /** Opens a subscription: resolves with the message of its refusal, or 'open'. */
  const open = (server: TestServer, query: string) => {
    const client = sseClient(server.origin);
    const first = client.iterate({ query }).next()
      .then(({ value }) => value?.errors?.[0]?.message ?? "open");
    return { first, end: () => client.dispose() };
  };

  it("are not more than allowed when all start at once", async () => {
    let arrived = 0;
    const all = Promise.withResolvers<void>();
    const schema = new GraphQLSchema({
      query: new GraphQLObjectType({ name: "Query", fields: { nothing: { type: GraphQLInt } } }),
      subscription: new GraphQLObjectType({
        name: "Subscription",
        fields: {
          late: {
            type: GraphQLInt,
            // Each is let in before any of them is read.
            async subscribe() {
              if (++arrived === 10) all.resolve();
              await all.promise;
              return onceAndNoMore();
            },
          },
        },
      }),
    });
    await using server = await startServer({ schema, limits: { subscriptions: 3 } });
    const opened = Array.from({ length: 10 }, () => open(server, "subscription { late }"));
    const firsts = await Promise.all(opened.map(({ first }) => first));
    assertEquals(firsts.filter((first) => first === "open").length, 3);
    assertEquals(firsts.filter((first) => first === refusalOf(3)).length, 7);
    for (const { end } of opened) end();
  });

  it("are at most 100 on one WebSocket", async () => {
    await using server = await startServer();
    await createRun(server.store);
    const client = wsClient(server.origin);
    const opened = Array.from({ length: 100 }, () => client.iterate({ query: STATES }));
    await Promise.all(opened.map((heard) => heard.next()));
    const refused = await client.iterate({ query: "{ __typename }" }).next().catch((all) => all);
    assertEquals(refused[0].extensions.code, "RATE_LIMITED");
    assertEquals(
      refused[0].message,
      "Cannot answer: a WebSocket must carry at most 100 operations at a time, got 101. End one first.",
    );
    await client.dispose();
  });

  it("need a WebSocket, and an address may have as many of them as subscriptions", async () => {
    await using server = await startServer({ limits: { subscriptions: 2 } });
    const open = async () => {
      const socket = new WebSocket(server.socketUrl, "graphql-transport-ws");
      const isOpen = await new Promise<boolean>((resolve) => {
        socket.onopen = () => resolve(true);
        socket.onerror = () => resolve(false);
      });
      return { socket, isOpen };
    };
    const [one, two, three] = [await open(), await open(), await open()];
    assertEquals([one.isOpen, two.isOpen, three.isOpen], [true, true, false]);
    const closed = new Promise((resolve) => one.socket.onclose = resolve);
    one.socket.close();
    await closed;
    const four = await open();
    assertEquals(four.isOpen, true);
    for (const { socket } of [two, four]) {
      const gone = new Promise((resolve) => socket.onclose = resolve);
      socket.close();
      await gone;
    }
  });
});

/** Yields one value, and then waits until it is closed. */
function onceAndNoMore(): AsyncIterableIterator<{ readonly late: number }> {
  const closed = Promise.withResolvers<IteratorResult<never>>();
  const done = { done: true, value: undefined } as const;
  let given = false;
  const iterator: AsyncIterableIterator<{ readonly late: number }> = {
    [Symbol.asyncIterator]: () => iterator,
    next() {
      if (given) return closed.promise;
      given = true;
      return Promise.resolve({ done: false, value: { late: 1 } });
    },
    return() {
      closed.resolve(done);
      return Promise.resolve(done);
    },
  };
  return iterator;
}
