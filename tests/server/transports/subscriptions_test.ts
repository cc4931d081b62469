/** Subscriptions over both transports, with the clients that people use and without any. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import {
  GraphQLInt,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
} from "graphql";
import { createClient as createSseClient, NetworkError } from "graphql-sse";
import { type Client, createClient as createWsClient } from "graphql-ws";
import type { ApiContext } from "../../../schema/base/context.ts";
import { subscriptionSource } from "../../../schema/base/subscription_source.ts";
import { present } from "../../runs/helpers.ts";
import {
  claimRun,
  createRun,
  errorOf,
  soon,
  startTestServer,
  type TestServer,
} from "../support.ts";

const EPOCHS = `subscription($runId: ID, $afterEpoch: Int) {
  epochs(runId: $runId, afterEpoch: $afterEpoch) { number testAcc }
}`;

interface EpochsAnswer {
  readonly epochs: { readonly number: number; readonly testAcc: number };
}

type Variables = Record<string, unknown>;

/** A client of one of the transports. */
interface Follower {
  iterate(query: string, variables: Variables): AsyncIterableIterator<{ data?: unknown }>;
  dispose(): void;
}

/** How to make a client of each transport. */
const TRANSPORTS: Readonly<Record<string, (server: TestServer) => Follower>> = {
  "server-sent events": ({ origin }) => {
    const client = createSseClient({ url: `${origin}/graphql`, retryAttempts: 0 });
    return {
      iterate: (query, variables) => client.iterate({ query, variables }),
      dispose: () => client.dispose(),
    };
  },
  "server-sent events on one connection": ({ origin }) => {
    const client = createSseClient({
      url: `${origin}/graphql`,
      singleConnection: true,
      retryAttempts: 0,
      // It tells that a request was refused, and gives up the answer that says why.
      async fetchFn(url: string, init: RequestInit) {
        const response = await fetch(url, init);
        return response.ok ? response : new Response(await response.text(), response);
      },
    });
    return {
      iterate: (query, variables) => client.iterate({ query, variables }),
      dispose: () => client.dispose(),
    };
  },
  WebSocket: (server) => {
    const client = connect(server);
    return {
      iterate: (query, variables) => client.iterate({ query, variables }),
      dispose: () => void client.dispose(),
    };
  },
};

/** Clients that come back to a server that was away. */
const PATIENT: Readonly<Record<string, (origin: string) => Follower>> = {
  "server-sent events": (origin) => {
    const retry = () => new Promise<void>((resolve) => setTimeout(resolve, 20));
    const client = createSseClient({ url: `${origin}/graphql`, retryAttempts: 500, retry });
    return {
      iterate: (query, variables) => client.iterate({ query, variables }),
      dispose: () => client.dispose(),
    };
  },
  "server-sent events on one connection": (origin) => {
    const retry = () => new Promise<void>((resolve) => setTimeout(resolve, 20));
    const options = { singleConnection: true, retryAttempts: 500, retry } as const;
    const client = createSseClient({ url: `${origin}/graphql`, ...options });
    return {
      iterate: (query, variables) => client.iterate({ query, variables }),
      dispose: () => client.dispose(),
    };
  },
  WebSocket: (origin) => {
    const retryWait = () => new Promise<void>((resolve) => setTimeout(resolve, 20));
    const url = `${origin.replace("http", "ws")}/graphql`;
    const client = createWsClient({ url, retryAttempts: 500, retryWait, shouldRetry: () => true });
    return {
      iterate: (query, variables) => client.iterate({ query, variables }),
      dispose: () => void client.dispose(),
    };
  },
};

function connect({ origin }: TestServer, connectionParams?: Record<string, unknown>): Client {
  return createWsClient({
    url: `${origin.replace("http", "ws")}/graphql`,
    retryAttempts: 0,
    ...(connectionParams ? { connectionParams } : {}),
  });
}

for (const [transport, createFollower] of Object.entries(TRANSPORTS)) {
  describe(`subscriptions by ${transport}`, () => {
    let server: TestServer;
    let client: Follower;
    before(async () => {
      server = await startTestServer();
      client = createFollower(server);
    });
    after(async () => {
      client.dispose();
      await server[Symbol.asyncDispose]();
    });

    const follow = (variables: Variables = {}) => numbersOf(client.iterate(EPOCHS, variables));

    it("waits for the next run, follows it as it is trained, and ends with it", async () => {
      const heard = client.iterate(EPOCHS, {});
      const first = heard.next();
      await createRun(server.store);
      const worker = await claimRun(server.store);
      await worker.trainEpoch();
      assertEquals((await first).value, { data: { epochs: { number: 1, testAcc: 0.91 } } });
      await worker.trainEpoch();
      assertEquals((await heard.next()).value, {
        data: { epochs: { number: 2, testAcc: 0.92 } },
      });
      await worker.end();
      assertEquals((await heard.next()).done, true);
    });

    it("takes up after its cursor: nothing is lost and nothing comes twice", async () => {
      await createRun(server.store);
      const worker = await claimRun(server.store);
      await worker.trainEpoch();
      const cut = client.iterate(EPOCHS, {});
      assertEquals(((await cut.next()).value?.data as EpochsAnswer).epochs.number, 1);
      await cut.return?.();
      await worker.trainEpoch();
      await worker.trainEpoch();
      await worker.end();

      const { runs: { nodes: [{ id: runId }] } } = await server.ask("{ runs { nodes { id } } }");
      assertEquals(await follow({ runId, afterEpoch: 1 }), [2, 3]);
      assertEquals(await follow({ runId }), [1, 2, 3]);
      assertEquals(await follow({ runId, afterEpoch: 3 }), []);
    });

    it("refuses what cannot be followed, with the project's codes", async () => {
      const cases: [string, Variables, string][] = [
        [EPOCHS, { runId: "nonsense" }, "BAD_USER_INPUT"],
        [EPOCHS, { runId: btoa("Run:gone") }, "NOT_FOUND"],
        [EPOCHS, { afterEpoch: "one" }, "BAD_USER_INPUT"],
        ["subscription { nothing }", {}, "BAD_USER_INPUT"],
        ["subscription {", {}, "BAD_USER_INPUT"],
      ];
      for (const [query, variables, code] of cases) {
        const [error] = await errorsOf(() => client.iterate(query, variables).next());
        assertEquals(error?.extensions?.code, code, JSON.stringify({ query, variables, error }));
        assertEquals(error?.extensions?.http, undefined);
      }
    });

    it("ends the subscription on the server when the client goes", async () => {
      const { schema, started, ended, produced } = endless("x");
      await using server = await startTestServer({ schema });
      const client = createFollower(server);
      const heard = client.iterate("subscription { endless { count } }", {});
      await heard.next();
      await started;
      await heard.return?.();
      await soon(ended, "the source must end with its subscription");
      const count = produced();
      client.dispose();
      await server.stop();
      assertEquals(produced(), count);
    });

    it("ends the subscription on the server when it waits for an event that never comes", async () => {
      const { schema, started, ended } = silent();
      await using server = await startTestServer({ schema });
      const client = createFollower(server);
      const heard = client.iterate("subscription { silent }", {});
      const never = heard.next();
      await started;
      await heard.return?.();
      await soon(ended, "the source must end with its subscription");
      await never.catch(() => {});
      client.dispose();
    });
  });
}

describe("server-sent events", () => {
  it("have the form of graphql-sse's distinct connections", async () => {
    await using server = await startTestServer();
    await createRun(server.store);
    const worker = await claimRun(server.store);
    await worker.trainEpoch();
    await worker.end();
    const { runs: { nodes: [{ id }] } } = await server.ask("{ runs { nodes { id } } }");
    const query = `subscription { epochs(runId: "${id}") { number } }`;
    const response = await fetch(`${server.origin}/graphql?query=${encodeURIComponent(query)}`, {
      headers: { accept: "text/event-stream" },
    });
    assertEquals(response.status, 200);
    assertMatch(response.headers.get("content-type") ?? "", /^text\/event-stream/);
    assertEquals(response.headers.get("cache-control"), "no-cache");
    assertEquals(response.headers.get("x-accel-buffering"), "no");
    assertMatch(
      await response.text(),
      /^:\nevent: next\nid: seq:\S+:\d+\ndata: {"data":{"epochs":{"number":1}}}\n\nevent: complete\ndata\n\n$/,
    );
  });

  it("are refused to a client that cannot take them", async () => {
    const { schema, produced } = endless("x");
    await using server = await startTestServer({ schema });
    const response = await fetch(`${server.origin}/graphql`, {
      method: "POST",
      headers: { accept: "application/json", "content-type": "application/json" },
      body: JSON.stringify({ query: "subscription { endless { count } }" }),
    });
    assertEquals(response.status, 406);
    assertEquals((await errorOf(response)).code, "BAD_USER_INPUT");
    assertEquals(produced(), 0);
    assertEquals(await openSubscriptions(server), 0);
  });

  it("wait for a client that does not read", async () => {
    const { schema, ended, produced } = endless("x".repeat(100_000));
    await using server = await startTestServer({ schema });
    const connection = await Deno.connect(addressOf(server));
    const query = encodeURIComponent("subscription { endless { count text } }");
    await write(
      connection,
      `GET /graphql?query=${query} HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\n\r\n`,
    );
    await settled(produced);
    connection.close();
    await soon(ended, "the source must end with its subscription");
  });
});

describe("WebSockets", () => {
  it("carry queries and mutations too", async () => {
    await using server = await startTestServer();
    const client = connect(server);
    const ask = async (query: string) => (await client.iterate({ query }).next()).value;
    assertEquals(await ask("{ __typename }"), { data: { __typename: "Query" } });
    const started = await ask("mutation { startTraining { run { state } } }");
    assertEquals(started, { data: { startTraining: { run: { state: "QUEUED" } } } });
    const refused = await ask("mutation { startTraining(input: { epochs: 0 }) { run { id } } }");
    assertEquals(refused?.errors?.[0]?.extensions?.code, "BAD_USER_INPUT");
    client.dispose();
  });

  it("are opened to who shows the token, and closed to others", async () => {
    const token = "correct-horse-battery-staple";
    await using server = await startTestServer({ token });
    const cases: [Record<string, unknown> | undefined, boolean][] = [
      [{ authorization: `Bearer ${token}` }, true],
      [{ Authorization: `Bearer ${token}` }, true],
      [{ authorization: "Bearer wrong" }, false],
      [{ authorization: 3 }, false],
      [undefined, false],
    ];
    for (const [params, allowed] of cases) {
      const client = connect(server, params);
      const answer = client.iterate({ query: "{ __typename }" }).next();
      if (allowed) {
        assertEquals((await answer).value, { data: { __typename: "Query" } });
      } else {
        const { code, reason } = await answer.then(() => {
          throw new Error("It was let in.");
        }, (event) => event);
        assertEquals(code, 4401);
        assertMatch(reason, /^UNAUTHENTICATED: connectionParams.authorization must be/);
      }
      client.dispose();
    }
  });

  it("are opened to a browser that has signed in", async () => {
    const token = "correct-horse-battery-staple";
    await using server = await startTestServer({ token });
    const signedIn = await fetch(`${server.origin}/sign-in`, {
      method: "POST",
      redirect: "manual",
      body: new URLSearchParams({ token }),
    });
    const cookie = signedIn.headers.get("set-cookie")?.split(";")[0] ?? "";
    const { socket, next } = await open(server, { cookie });
    socket.send(JSON.stringify({ type: "connection_init" }));
    assertEquals(await next(), { type: "connection_ack" });
    socket.close();
  });

  it("are refused to other sites' pages and to what is no WebSocket", async () => {
    await using server = await startTestServer();
    const { host } = new URL(server.origin);
    const upgrade = {
      host,
      connection: "upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
      "sec-websocket-protocol": "graphql-transport-ws",
    };
    const cases: [Record<string, string>, number][] = [
      [upgrade, 101],
      [{ ...upgrade, origin: `http://${host}` }, 101],
      [{ ...upgrade, origin: "http://evil.example" }, 403],
      [{ ...upgrade, host: "evil.example" }, 403],
      [{ ...upgrade, "sec-websocket-version": "8" }, 426],
      // RFC 9110, 7.8: an upgrade that a server does not know may be ignored.
      [{ ...upgrade, upgrade: "h2c", accept: "application/json" }, 200],
    ];
    for (const [headers, status] of cases) {
      const connection = await Deno.connect(addressOf(server));
      const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      await write(connection, `GET /graphql HTTP/1.1\r\n${head.join("")}\r\n`);
      const buffer = new Uint8Array(100);
      await connection.read(buffer);
      const line = new TextDecoder().decode(buffer);
      assertEquals(Number(line.split(" ")[1]), status, JSON.stringify(headers));
      connection.close();
    }
  });

  it("are closed on what is not the protocol, each with its code", async () => {
    await using server = await startTestServer();
    const cases: [string[], string | Uint8Array<ArrayBuffer>, number][] = [
      [["graphql-ws"], '{"type":"subscribe","id":"1","payload":{"query":"{a}"}}', 4400],
      [["graphql-ws"], '{"type":"start","id":"1","payload":{"query":"{a}"}}', 4401],
      [["graphql-ws"], '{"type":"connection_terminate"}', 1000],
      [["soap"], "", 4406],
      [[], "", 4406],
      [["graphql-transport-ws"], "nonsense", 4400],
      [["graphql-transport-ws"], '{"type":"connection_ack"}', 4400],
      [["graphql-transport-ws"], '{"type":"next","id":"1","payload":{}}', 4400],
      [["graphql-transport-ws"], '{"type":"subscribe","id":"1","payload":{"query":"{a}"}}', 4401],
      [["graphql-transport-ws"], "x".repeat(1_100_000), 1009],
      [["graphql-transport-ws"], new Uint8Array(3), 1003],
    ];
    for (const [protocols, message, code] of cases) {
      const socket = new WebSocket(`${server.origin.replace("http", "ws")}/graphql`, protocols);
      const closed = new Promise<CloseEvent>((resolve) => socket.onclose = resolve);
      socket.onopen = () => {
        if (message.length > 0) socket.send(message);
      };
      assertEquals((await closed).code, code, protocols.join());
    }
  });

  it("wait for a client that does not read, and for no other", async () => {
    const { schema, produced, ended } = endless("x".repeat(100_000));
    await using server = await startTestServer({ schema });
    const connection = await Deno.connect(addressOf(server));
    await write(
      connection,
      "GET /graphql HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n" +
        "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
        "sec-websocket-protocol: graphql-transport-ws\r\n\r\n",
    );
    await write(connection, frame({ type: "connection_init" }));
    const query = "subscription { endless { count text } }";
    await write(connection, frame({ type: "subscribe", id: "1", payload: { query } }));
    await settled(produced);

    const other = connect(server);
    const heard = other.iterate({ query: "subscription { endless { count } }" });
    for (let event = 0; event < 20; event++) assertEquals((await heard.next()).done, false);
    await heard.return?.();
    connection.close();
    await soon(ended, "the source must end with its subscription");
    other.dispose();
  });
});

describe("a server that stops", () => {
  it("breaks event streams off, closes sockets as 'service restart', and answers no more", async () => {
    const server = await startTestServer();
    const { origin, store } = server;
    await createRun(store);
    const worker = await claimRun(store);
    await worker.trainEpoch();

    const query = encodeURIComponent("subscription { epochs { number } }");
    const stream = await fetch(`${origin}/graphql?query=${query}`, {
      headers: { accept: "text/event-stream" },
    });
    const { socket, next, closed } = await open(server);
    socket.send(JSON.stringify({ type: "connection_init" }));
    assertEquals((await next()).type, "connection_ack");
    const payload = { query: "subscription { epochs { number } }" };
    socket.send(JSON.stringify({ type: "subscribe", id: "1", payload }));
    assertEquals((await next()).type, "next");
    assertEquals(await openSubscriptions(server), 2);

    await server.stop();
    let text = "";
    await assertRejects(async () => {
      for await (
        const piece of present(stream.body ?? undefined).pipeThrough(new TextDecoderStream())
      ) {
        text += piece;
      }
    }, TypeError);
    assertMatch(text, /event: next\nid: .*\ndata: .*\n\n$/);
    const { code, reason } = await closed;
    assertEquals(code, 1012);
    assertEquals(reason, "The server is stopping");
    await assertRejects(() => fetch(`${origin}/healthz`), TypeError);
    // The store is its owner's.
    await worker.trainEpoch();
    await server[Symbol.asyncDispose]();
  });

  for (const [transport, createClient] of Object.entries(PATIENT)) {
    it(`is taken up again by clients that follow a run by ${transport}`, async () => {
      const first = await startTestServer();
      const { origin, store } = first;
      await createRun(store);
      const worker = await claimRun(store);
      await worker.trainEpoch();
      const client = createClient(origin);
      const heard = client.iterate(EPOCHS, {});
      const next = async () => ((await heard.next()).value?.data as EpochsAnswer).epochs.number;
      assertEquals(await next(), 1);

      const onward = next();
      await first.stop();
      const port = Number(new URL(origin).port);
      await using _second = await startTestServer({ port, store });
      // It asks as it did before, and so hears all of it again.
      assertEquals(await soon(onward, "the client must come back"), 1);
      await worker.trainEpoch();
      assertEquals(await next(), 2);
      await worker.end();
      assertEquals((await heard.next()).done, true, "The end of the run is the end.");
      client.dispose();
      await first[Symbol.asyncDispose]();
    });
  }

  it("finishes what it was asked before", async () => {
    const { schema, asked, answer } = slow();
    await using server = await startTestServer({ schema });
    const answered = fetch(`${server.origin}/graphql?query={slow}`, {
      headers: { accept: "application/json" },
    });
    await asked;
    const stopped = server.stop();
    answer("done");
    assertEquals(await (await answered).json(), { data: { slow: "done" } });
    await stopped;
  });

  it("does not wait for ever for a client that does not read", async () => {
    const { schema, produced } = endless("x".repeat(100_000));
    await using server = await startTestServer({ schema });
    const connection = await Deno.connect(addressOf(server));
    const query = encodeURIComponent("subscription { endless { count text } }");
    await write(
      connection,
      `GET /graphql?query=${query} HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\n\r\n`,
    );
    await settled(produced);
    await server.stop();
    connection.close();
  });
});

/** The epochs that a subscription gives until it ends. */
async function numbersOf(answers: AsyncIterable<{ data?: unknown }>): Promise<number[]> {
  const numbers: number[] = [];
  for await (const { data } of answers) numbers.push((data as EpochsAnswer).epochs.number);
  return numbers;
}

interface GivenError {
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** The errors that a client reports: as an answer, or by throwing them. */
async function errorsOf(ask: () => Promise<IteratorResult<unknown>>): Promise<GivenError[]> {
  try {
    return ((await ask()).value as { errors?: GivenError[] }).errors ?? [];
  } catch (error) {
    if (Array.isArray(error)) return error;
    if (error instanceof NetworkError) return (await error.response?.json()).errors;
    throw error;
  }
}

async function openSubscriptions(server: TestServer): Promise<number> {
  const text = await (await fetch(`${server.origin}/metrics`)).text();
  const open = text.matchAll(/^epochql_subscriptions_open\{transport="\w+"\} (\d+)$/gm);
  return open.reduce((sum, [, count]) => sum + Number(count), 0);
}

/** A raw socket, with its messages in order. */
async function open({ origin }: TestServer, headers: Record<string, string> = {}) {
  // Deno takes headers, but the types of browsers, which the clients bring along, do not know them.
  const options = { protocols: ["graphql-transport-ws"], headers } as unknown as string[];
  const socket = new WebSocket(`${origin.replace("http", "ws")}/graphql`, options);
  const waiting: ((message: { type: string }) => void)[] = [];
  const come: { type: string }[] = [];
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    const wake = waiting.shift();
    if (wake) wake(message);
    else come.push(message);
  };
  const closed = new Promise<CloseEvent>((resolve) => socket.onclose = resolve);
  await new Promise((resolve) => socket.onopen = resolve);
  return {
    socket,
    closed,
    next: () => {
      const message = come.shift();
      return message
        ? Promise.resolve(message)
        : new Promise<{ type: string }>((resolve) => waiting.push(resolve));
    },
  };
}

function addressOf({ origin }: TestServer) {
  const { hostname, port } = new URL(origin);
  return { hostname, port: Number(port) };
}

async function write(connection: Deno.Conn, data: string | Uint8Array): Promise<void> {
  const writer = connection.writable.getWriter();
  await writer.write(
    typeof data === "string" ? new TextEncoder().encode(data) : new Uint8Array(data),
  );
  writer.releaseLock();
}

/** A WebSocket frame of a client: text, masked with zeros. */
function frame(message: unknown): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(message));
  assert(text.length < 126);
  return new Uint8Array([0x81, 0x80 | text.length, 0, 0, 0, 0, ...text]);
}

/** Waits until a count of events of 100 kB stops growing, as it must when the network's buffers are full. */
async function settled(count: () => number): Promise<void> {
  for (let before = -1, now = 0; now === 0 || now !== before;) {
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 100));
    now = count();
    assert(now < 300, `${now} events were made for a client that takes none`);
  }
}

/** A subscription that gives events as fast as they are taken. */
function endless(text: string) {
  const started = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  let produced = 0;
  const Tick = new GraphQLObjectType({
    name: "Tick",
    fields: { count: { type: GraphQLInt }, text: { type: GraphQLString } },
  });
  const schema = schemaOf(
    new GraphQLObjectType({
      name: "Subscription",
      fields: {
        endless: {
          type: new GraphQLNonNull(Tick),
          subscribe: (_root, _args, context: ApiContext, info) =>
            subscriptionSource(context, info, async function* (signal) {
              started.resolve();
              try {
                for (let count = 1; !signal.aborted; count++) {
                  produced = Math.max(produced, count);
                  yield { endless: { count, text } };
                  // As a log does: an event takes a turn of the loop.
                  await new Promise((resolve) => setTimeout(resolve));
                }
              } finally {
                ended.resolve();
              }
            }),
        },
      },
    }),
  );
  return { schema, started: started.promise, ended: ended.promise, produced: () => produced };
}

/** A subscription that gives nothing. */
function silent() {
  const started = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const schema = schemaOf(
    new GraphQLObjectType({
      name: "Subscription",
      fields: {
        silent: {
          type: GraphQLInt,
          subscribe: (_root, _args, context: ApiContext, info) =>
            // deno-lint-ignore require-yield
            subscriptionSource(context, info, async function* (signal) {
              started.resolve();
              await new Promise((resolve) => signal.addEventListener("abort", resolve));
              ended.resolve();
            }),
        },
      },
    }),
  );
  return { schema, started: started.promise, ended: ended.promise };
}

/** A query that is answered when the test says so. */
function slow() {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<string>();
  const schema = new GraphQLSchema({
    query: new GraphQLObjectType({
      name: "Query",
      fields: {
        slow: {
          type: GraphQLString,
          resolve() {
            asked.resolve();
            return answer.promise;
          },
        },
      },
    }),
  });
  return { schema, asked: asked.promise, answer: answer.resolve };
}

function schemaOf(subscription: GraphQLObjectType): GraphQLSchema {
  return new GraphQLSchema({
    query: new GraphQLObjectType({ name: "Query", fields: { nothing: { type: GraphQLInt } } }),
    subscription,
  });
}
