/** Many operations on one event stream, as graphql-sse's single connection mode has it: with its client, and without any. */
import { assert, assertEquals, assertMatch, assertNotMatch, assertRejects } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { GraphQLInt, GraphQLObjectType, GraphQLSchema, GraphQLString } from "graphql";
import { createClient } from "graphql-sse";
import { LOCAL } from "../../../schema/base/access.ts";
import type { ApiContext } from "../../../schema/base/context.ts";
import { subscriptionSource } from "../../../schema/base/subscription_source.ts";
import type { Client } from "../../../server/http/client.ts";
import { createSingleConnections } from "../../../server/transports/sse/single_connection.ts";
import { connectRaw } from "../http/raw_client.ts";
import { errorOf, soon, startTestServer, type TestServer } from "../support.ts";

const LONG = "x".repeat(100_000);

const TOKEN = "x-graphql-event-stream-token";

type Headers = Readonly<Record<string, string>>;

/** A client that does what the protocol says, step by step. */
function byHand(origin: string, headers: Headers = {}) {
  const url = `${origin}/graphql`;
  const shown = (token?: string) => ({ ...headers, ...(token ? { [TOKEN]: token } : {}) });
  return {
    put: () => fetch(url, { method: "PUT", headers }),
    async reserve() {
      const response = await fetch(url, { method: "PUT", headers });
      assertEquals(response.status, 201);
      return await response.text();
    },
    open: (token?: string) =>
      fetch(url, { headers: { ...shown(token), accept: "text/event-stream" } }),
    ask: (token: string, query: string, operationId?: unknown, signal?: AbortSignal) =>
      fetch(url, {
        method: "POST",
        headers: { ...shown(token), "content-type": "application/json" },
        body: JSON.stringify({ query, ...(operationId ? { extensions: { operationId } } : {}) }),
        signal: signal ?? null,
      }),
    end: (token?: string, operationId?: string) =>
      fetch(operationId ? `${url}?operationId=${operationId}` : url, {
        method: "DELETE",
        headers: shown(token),
      }),
  };
}

/** Reads a stream until it has said something. */
function listen(response: Response) {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let heard = "";
  return {
    async until(pattern: RegExp): Promise<string> {
      while (!pattern.test(heard)) {
        const step = await reader?.read();
        if (!step || step.done) break;
        heard += step.value;
      }
      return heard;
    },
    close: async () => await reader?.cancel(),
  };
}

async function statusOf(asked: Promise<Response>): Promise<number> {
  const response = await asked;
  await response.body?.cancel();
  return response.status;
}

/** Ticks that come as fast as they are taken, and a mutation that is counted. */
function createSchema() {
  let [open, ticks, mutations] = [0, 0, 0];
  const [late, lateEnded] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  async function* count<Event>(signal: AbortSignal, of: (n: number) => Event, to = Infinity) {
    open++;
    try {
      for (let n = 1; !signal.aborted && n <= to; n++) {
        ticks++;
        yield of(n);
        // As a log does: an event takes a turn of the loop.
        await new Promise((resolve) => setTimeout(resolve));
      }
    } finally {
      open--;
    }
  }
  const schema = new GraphQLSchema({
    query: new GraphQLObjectType({
      name: "Query",
      fields: {
        number: { type: GraphQLInt, args: { n: { type: GraphQLInt } }, resolve: () => 42 },
      },
    }),
    mutation: new GraphQLObjectType({
      name: "Mutation",
      fields: { count: { type: GraphQLInt, resolve: () => ++mutations } },
    }),
    subscription: new GraphQLObjectType({
      name: "Subscription",
      fields: {
        // It begins when its client has gone.
        late: {
          type: GraphQLInt,
          async subscribe(_root, _args, { request }: ApiContext) {
            late.resolve();
            await new Promise((resolve) => request?.signal.addEventListener("abort", resolve));
            return new ReadableStream({ cancel: lateEnded.resolve });
          },
        },
        ticks: {
          type: GraphQLInt,
          args: { to: { type: GraphQLInt } },
          subscribe: (_root, { to }: { readonly to?: number }, context: ApiContext, info) =>
            subscriptionSource(
              context,
              info,
              (signal) => count(signal, (ticks) => ({ ticks }), to),
            ),
        },
        texts: {
          type: GraphQLString,
          subscribe: (_root, _args, context: ApiContext, info) =>
            subscriptionSource(context, info, (signal) => count(signal, () => ({ texts: LONG }))),
        },
      },
    }),
  });
  return {
    ...{ schema, open: () => open, ticks: () => ticks, mutations: () => mutations },
    late: late.promise,
    lateEnded: lateEnded.promise,
  };
}

type Schema = ReturnType<typeof createSchema>;

/** Waits until something is so, which it becomes in turns of the loop. */
async function until(isSo: () => boolean, what: string): Promise<void> {
  const wait = async () => {
    while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  await soon(wait(), what);
}

describe("one event stream for many operations", () => {
  let made: Schema;
  let server: TestServer;
  beforeEach(async () => {
    made = createSchema();
    server = await startTestServer({ schema: made.schema });
  });
  afterEach(() => server[Symbol.asyncDispose]());

  it("carries subscriptions, queries and mutations of one client, each to its end", async () => {
    const requests: string[] = [];
    const client = createClient({
      url: `${server.origin}/graphql`,
      singleConnection: true,
      retryAttempts: 0,
      fetchFn: (url: string, init: RequestInit) => {
        requests.push(init.method ?? "");
        return fetch(url, init);
      },
    });
    const iterate = (query: string) => client.iterate<Record<string, number>>({ query });
    const numbers = async (query: string) => {
      const answers = await Array.fromAsync(iterate(query));
      return answers.flatMap(({ data }) => Object.values(data ?? {}));
    };
    const endless = iterate("subscription { ticks }");
    const other = iterate("subscription { ticks }");
    await endless.next();
    await other.next();
    const answers = await Promise.all([
      numbers("subscription { ticks(to: 3) }"),
      numbers("{ number }"),
      numbers("mutation { count }"),
    ]);
    assertEquals(answers, [[1, 2, 3], [42], [1]]);
    await endless.return?.();
    await until(() => made.open() === 1, "one subscription must be left");
    // The one that is left goes on beyond what was there when the other ended.
    const seen = made.ticks();
    for (let count = 0; count < seen + 10; count++) {
      assertEquals((await other.next()).done, false);
    }
    assertEquals(requests.filter((method) => method === "GET").length, 1);
    client.dispose();
    await until(() => made.open() === 0, "the client's leaving must end what it had open");
  });

  it("has the form of the protocol", async () => {
    const client = byHand(server.origin);
    const token = await client.reserve();
    const stream = await client.open(token);
    assertMatch(stream.headers.get("content-type") ?? "", /^text\/event-stream/);
    assertEquals(stream.headers.get("x-accel-buffering"), "no");
    const { until, close } = listen(stream);
    assertEquals(await statusOf(client.ask(token, "{ number }", "one")), 202);
    assertEquals(
      await until(/complete\n.*\n\n/),
      ':\nevent: next\ndata: {"id":"one","payload":{"data":{"number":42}}}\n\n' +
        'event: complete\ndata: {"id":"one"}\n\n',
    );
    await close();
  });

  it("holds what is asked before it is opened", async () => {
    const client = byHand(server.origin);
    const token = await client.reserve();
    assertEquals(await statusOf(client.ask(token, "mutation { count }", "early")), 202);
    const { until, close } = listen(await client.open(token));
    assertMatch(await until(/complete\n.*\n\n/), /\{"id":"early","payload":\{"data":\{"count":1/);
    await close();
  });

  it("gives what is parsed and valid its answer, errors too, and refuses the rest at once", async () => {
    const client = byHand(server.origin);
    const token = await client.reserve();
    const { until, close } = listen(await client.open(token));
    for (const query of ["{", "{ nothing }"]) {
      const refused = await client.ask(token, query, "wrong");
      assertEquals(refused.status, 400);
      assertEquals((await errorOf(refused)).code, "BAD_USER_INPUT");
    }
    // Its name is free again.
    const query = "query($n: Int!) { number(n: $n) }";
    assertEquals(await statusOf(client.ask(token, query, "wrong")), 202);
    const heard = await until(/complete\n.*\n\n/);
    assertMatch(heard, /"id":"wrong","payload":\{"errors":\[\{.*"code":"BAD_USER_INPUT"/);
    assertNotMatch(heard, /"http"/);
    await close();
  });

  it("ends an operation when its client says so, and frees its name", async () => {
    const client = byHand(server.origin);
    const token = await client.reserve();
    const { until: hear, close } = listen(await client.open(token));
    assertEquals(await statusOf(client.ask(token, "subscription { ticks }", "ticks")), 202);
    await hear(/"ticks":3/);
    assertEquals(await statusOf(client.ask(token, "{ number }", "ticks")), 409);
    assertEquals(await statusOf(client.end(token, "ticks")), 200);
    await until(() => made.open() === 0, "the subscription must end");
    assertEquals(await statusOf(client.ask(token, "{ number }", "ticks")), 202);
    await hear(/"number":42/);
    assertEquals(await statusOf(client.end(token, "never there")), 200);
    assertEquals((await errorOf(await client.end(token))).code, "BAD_USER_INPUT");
    await close();
  });

  it("begins nothing for a client that does not wait to hear that it was begun", async () => {
    const client = byHand(server.origin);
    const token = await client.reserve();
    const { close } = listen(await client.open(token));
    const going = new AbortController();
    const asked = client.ask(token, "subscription { late }", "late", going.signal);
    await made.late;
    going.abort();
    await assertRejects(() => asked);
    await soon(made.lateEnded, "the subscription must end");
    assertEquals(await statusOf(client.ask(token, "{ number }", "late")), 202);
    await close();
  });

  it("is one at a time, and gone when it was closed", async () => {
    const client = byHand(server.origin);
    const token = await client.reserve();
    const { close } = listen(await client.open(token));
    const second = await client.open(token);
    assertEquals(second.status, 409);
    assertEquals((await errorOf(second)).code, "CONFLICT");
    await close();
    let status = 409;
    while (status === 409) status = await statusOf(client.open(token));
    assertEquals(status, 404);
  });

  it("carries nothing out for a stream that is not there", async () => {
    const client = byHand(server.origin);
    const asked = await client.ask("nonsense", "mutation { count }", "one");
    assertEquals(asked.status, 404);
    assertEquals(await errorOf(asked), {
      code: "NOT_FOUND",
      message: `Cannot find the event stream: the header ${TOKEN} must be the token of a stream ` +
        "that you have, got another. Reserve one with PUT.",
    });
    assertEquals(await statusOf(client.open("nonsense")), 404);
    assertEquals(await statusOf(client.end("nonsense", "one")), 404);
    assertMatch((await errorOf(await client.end())).message, /got none\. Reserve one with PUT\.$/);
    assertEquals(made.mutations(), 0);
  });

  it("has names for its operations, which are texts", async () => {
    const client = byHand(server.origin);
    const token = await client.reserve();
    for (const id of [undefined, 7, "x".repeat(101)]) {
      const refused = await client.ask(token, "mutation { count }", id);
      assertEquals(refused.status, 400);
      assertMatch((await errorOf(refused)).message, /extensions\.operationId must be a text/);
    }
    assertEquals(made.mutations(), 0);
  });

  it("never takes its token in a URL", async () => {
    const token = await byHand(server.origin).reserve();
    const opened = await fetch(`${server.origin}/graphql?token=${token}`, {
      headers: { accept: "text/event-stream" },
    });
    assertEquals(opened.status, 400);
    assertEquals((await errorOf(opened)).code, "BAD_USER_INPUT");
  });

  it("is not for other sites' pages", async () => {
    const client = byHand(server.origin, { origin: "http://evil.example" });
    assertEquals(await statusOf(client.put()), 403);
  });

  it("has operations until its client has read of their end, a hundred at most", async () => {
    const client = byHand(server.origin);
    const token = await client.reserve();
    for (let n = 1; n <= 100; n++) {
      assertEquals(await statusOf(client.ask(token, "{ number }", `${n}`)), 202);
    }
    const refused = await client.ask(token, "mutation { count }", "101");
    assertEquals(refused.status, 429);
    assertEquals(await errorOf(refused), {
      code: "RATE_LIMITED",
      message:
        "Cannot answer: an event stream must carry at most 100 operations at a time, got 101. " +
        "Read their answers, or end one.",
    });
    assertEquals(made.mutations(), 0);
    const { until, close } = listen(await client.open(token));
    const heard = await until(/complete\ndata: \{"id":"100"\}/);
    assertEquals([...heard.matchAll(/event: complete/g)].length, 100);
    assertEquals(await statusOf(client.ask(token, "mutation { count }", "101")), 202);
    await close();
  });

  it("reads one answer of each subscription ahead of a client that does not read, and no more", async () => {
    const client = byHand(server.origin);
    const token = await client.reserve();
    for (const id of ["a", "b", "c"]) {
      assertEquals(await statusOf(client.ask(token, "subscription { ticks }", id)), 202);
    }
    await until(() => made.ticks() === 3, "the first of each must be read");
    // Another client's stream goes on meanwhile, and on: turns of the loop in which nothing more is read for the first.
    const other = createClient({ url: `${server.origin}/graphql`, singleConnection: true });
    const heard = other.iterate({ query: "subscription { ticks(to: 50) }" });
    assertEquals((await Array.fromAsync(heard)).length, 50);
    assertEquals(made.ticks(), 53);
    other.dispose();
  });

  it("is given up when its client takes nothing for too long, with all that it carries", async () => {
    const { schema, open, ticks } = createSchema();
    await using server = await startTestServer({ schema, stallMs: 300 });
    const client = byHand(server.origin);
    const token = await client.reserve();
    const connection = await connectRaw(server.origin);
    await connection.send(
      `GET /graphql HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\n${TOKEN}: ${token}\r\n\r\n`,
    );
    await connection.hear(/\r\n\r\n/);
    for (const id of ["a", "b"]) {
      assertEquals(await statusOf(client.ask(token, "subscription { texts }", id)), 202);
    }
    await until(() => open() === 2, "both must be open");
    await until(() => open() === 0, "both must end");
    assert(ticks() < 600, `${ticks()} events were made for a client that takes none`);
    assertEquals(await statusOf(client.end(token, "a")), 404);
    connection.close();
  });

  it("breaks off when the server stops: nothing is complete", async () => {
    const client = byHand(server.origin);
    const token = await client.reserve();
    const unopened = await client.reserve();
    const { until: hear } = listen(await client.open(token));
    for (const one of [token, unopened]) {
      assertEquals(await statusOf(client.ask(one, "subscription { ticks }", "ticks")), 202);
    }
    await hear(/"ticks":3/);
    await server.stop();
    await assertRejects(() => hear(/complete/), TypeError, "reading a body");
    assertEquals(made.open(), 0);
  });
});

describe("event streams that are reserved", () => {
  const OWNERS = ["one-correct-horse-battery", "two-correct-horse-battery"] as const;
  const tokens = OWNERS.map((secret, index) => ({
    ...{ name: `owner ${index}`, scope: "admin", secret } as const,
  }));

  const clientOf = ({ origin }: TestServer, owner: 0 | 1) =>
    byHand(origin, { authorization: `Bearer ${OWNERS[owner]}` });

  it("belong to who reserved them", async () => {
    const { schema, mutations } = createSchema();
    await using server = await startTestServer({ schema, tokens });
    const [one, two] = [clientOf(server, 0), clientOf(server, 1)];
    const token = await one.reserve();
    assertEquals(await statusOf(two.open(token)), 404);
    assertEquals(await statusOf(two.ask(token, "mutation { count }", "x")), 404);
    assertEquals(await statusOf(two.end(token, "x")), 404);
    const nobody = byHand(server.origin);
    assertEquals(await statusOf(nobody.put()), 401);
    assertEquals(await statusOf(nobody.open(token)), 401);
    assertEquals(mutations(), 0);
    const { close } = listen(await one.open(token));
    await close();
  });

  it("are as many as a client may have, and make room when they end", async () => {
    await using server = await startTestServer({ limits: { subscriptions: 2 }, tokens });
    const client = clientOf(server, 0);
    await client.reserve();
    const { close } = listen(await client.open(await client.reserve()));
    const refused = await client.put();
    assertEquals(refused.status, 429);
    assertEquals((await errorOf(refused)).code, "RATE_LIMITED");
    assertEquals(await statusOf(clientOf(server, 1).put()), 201);
    await close();
    let status = 429;
    while (status === 429) status = await statusOf(client.put());
    assertEquals(status, 201);
  });

  it("count the subscriptions of their client with all others", async () => {
    const { schema } = createSchema();
    await using server = await startTestServer({ schema, limits: { subscriptions: 1 } });
    const client = byHand(server.origin);
    const token = await client.reserve();
    const { until: hear, close } = listen(await client.open(token));
    assertEquals(await statusOf(client.ask(token, "subscription { ticks }", "one")), 202);
    await hear(/"ticks":1/);
    assertEquals(await statusOf(client.ask(token, "subscription { ticks }", "two")), 202);
    assertMatch(
      await hear(/"id":"two".*\n\n/),
      /"id":"two","payload":\{"errors":\[\{"message":"[^"]*at most 1 subscriptions open/,
    );
    await close();
  });

  it("are forgotten when nobody opens them, and when the server stops", async () => {
    const stopping = new AbortController();
    const options = {
      toPublic: (result: object) => result,
      maxStreams: 2,
      stopping: stopping.signal,
    };
    const { respond } = createSingleConnections({
      ...options,
      ...{ reservationMs: 20, stallMs: 60_000 },
    });
    const client: Client = { viewer: LOCAL, address: "here", requestId: "1" };
    const ask = (method: string, headers: Headers = {}) =>
      respond(new Request("http://localhost/graphql?operationId=1", { method, headers }), client);
    const reserve = async () => await ask("PUT")?.text() ?? "";
    const isThere = (token: string) => ask("DELETE", { [TOKEN]: token })?.status === 200;
    const opened = await reserve();
    const stream = ask("GET", { [TOKEN]: opened, accept: "text/event-stream" });
    const unopened = await reserve();
    assertEquals([isThere(opened), isThere(unopened)], [true, true]);
    assertEquals(ask("PUT")?.status, 429);
    await until(() => !isThere(unopened), "the reservation must end");
    assertEquals(isThere(opened), true);
    assertEquals(ask("PUT")?.status, 201);
    await stream?.body?.cancel();
    assertEquals(isThere(opened), false);
    const last = await reserve();
    assertEquals(isThere(last), true);
    stopping.abort();
    assertEquals(isThere(last), false);
  });
});
