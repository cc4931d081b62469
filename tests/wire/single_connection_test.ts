/** Many operations on one event stream (graphql-sse's single connection mode), request by request. */
import { assert, assertEquals, assertMatch, assertNotMatch, assertRejects } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { LOCAL } from "../../schema/base/access.ts";
import type { Client } from "../../server/http/client.ts";
import { createSingleConnections } from "../../server/transports/sse/single_connection.ts";
import { singleSseClient } from "../support/clients.ts";
import { assertRefused, bearer, type Headers, post, statusOf } from "../support/http.ts";
import { connectRaw } from "../support/raw_client.ts";
import { soon, until } from "../support/until.ts";
import { startServer, type TestServer } from "../support/start_server.ts";
import { createTicks, type Ticks } from "./ticks_schema.ts";

const TOKEN = "x-graphql-event-stream-token";
const TICKS = "subscription { ticks }";
const COMPLETE = /complete\n.*\n\n/;

/** The requests of the protocol. */
function requestsTo({ origin, url }: TestServer, headers: Headers = {}) {
  const shown = (token?: string) => ({ ...headers, ...(token ? { [TOKEN]: token } : {}) });
  const put = () => fetch(url, { method: "PUT", headers });
  return {
    put,
    async reserve() {
      const response = await put();
      assertEquals(response.status, 201);
      return await response.text();
    },
    open: (token?: string) =>
      fetch(url, { headers: { ...shown(token), accept: "text/event-stream" } }),
    execute(token: string, query: string, operationId?: unknown, signal?: AbortSignal) {
      const body = { query, ...(operationId ? { extensions: { operationId } } : {}) };
      return post(origin, body, shown(token), signal);
    },
    end: (token?: string, operationId?: string) =>
      fetch(operationId ? `${url}?operationId=${operationId}` : url, {
        ...{ method: "DELETE", headers: shown(token) },
      }),
  };
}

/** Reads an open stream. */
function readerOf(response: Response) {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let received = "";
  return {
    async readUntil(pattern: RegExp): Promise<string> {
      while (!pattern.test(received)) {
        const step = await reader?.read();
        if (!step || step.done) break;
        received += step.value;
      }
      return received;
    },
    close: async () => await reader?.cancel(),
  };
}

describe("one event stream for many operations", () => {
  let made: Ticks;
  let server: TestServer;
  let client: ReturnType<typeof requestsTo>;
  beforeEach(async () => {
    made = createTicks();
    server = await startServer({ schema: made.schema });
    client = requestsTo(server);
  });
  afterEach(async () => await server[Symbol.asyncDispose]());

  /** Reserves a stream and opens it. */
  async function openStream() {
    const token = await client.reserve();
    const response = await client.open(token);
    const execute = (query: string, id?: unknown) => client.execute(token, query, id);
    return { token, response, execute, ...readerOf(response) };
  }

  it("carries subscriptions, queries and mutations of one client, each to its end", async () => {
    const requests: string[] = [];
    const sse = singleSseClient(server.origin, {
      fetchFn: (url: string, init: RequestInit) => {
        requests.push(init.method ?? "");
        return fetch(url, init);
      },
    });
    const iterate = (query: string) => sse.iterate<Record<string, number>>({ query });
    const numbers = async (query: string) =>
      (await Array.fromAsync(iterate(query))).flatMap(({ data }) => Object.values(data ?? {}));
    const [endless, other] = [iterate(TICKS), iterate(TICKS)];
    await endless.next();
    await other.next();
    const finite = ["subscription { ticks(to: 3) }", "{ number }", "mutation { count }"];
    assertEquals(await Promise.all(finite.map(numbers)), [[1, 2, 3], [42], [1]]);
    await endless.return?.();
    await until("one subscription is left", () => made.open() === 1);
    // The other one continues beyond what had been sent when the first ended.
    const seen = made.ticks();
    for (let count = 0; count < seen + 10; count++) {
      assertEquals((await other.next()).done, false);
    }
    assertEquals(requests.filter((method) => method === "GET").length, 1);
    sse.dispose();
    await until("all subscriptions end with their client", () => made.open() === 0);
  });

  it("has the form of the protocol", async () => {
    const { response, execute, readUntil, close } = await openStream();
    assertMatch(response.headers.get("content-type") ?? "", /^text\/event-stream/);
    assertEquals(response.headers.get("x-accel-buffering"), "no");
    assertEquals(await statusOf(execute("{ number }", "one")), 202);
    assertEquals(
      await readUntil(COMPLETE),
      ':\nevent: next\ndata: {"id":"one","payload":{"data":{"number":42}}}\n\n' +
        'event: complete\ndata: {"id":"one"}\n\n',
    );
    await close();
  });

  it("holds the results of operations that were sent before it is opened", async () => {
    const token = await client.reserve();
    assertEquals(await statusOf(client.execute(token, "mutation { count }", "early")), 202);
    const { readUntil, close } = readerOf(await client.open(token));
    assertMatch(await readUntil(COMPLETE), /\{"id":"early","payload":\{"data":\{"count":1/);
    await close();
  });

  it("carries the errors of a valid document, and an invalid one is refused at once", async () => {
    const { execute, readUntil, close } = await openStream();
    for (const query of ["{", "{ nothing }"]) {
      await assertRefused(execute(query, "wrong"), { status: 400, code: "BAD_USER_INPUT" });
    }
    // The id is free again.
    const query = "query($n: Int!) { number(n: $n) }";
    assertEquals(await statusOf(execute(query, "wrong")), 202);
    const text = await readUntil(COMPLETE);
    assertMatch(text, /"id":"wrong","payload":\{"errors":\[\{.*"code":"BAD_USER_INPUT"/);
    assertNotMatch(text, /"http"/);
    await close();
  });

  it("ends an operation on request, and frees its id", async () => {
    const { token, execute, readUntil, close } = await openStream();
    assertEquals(await statusOf(execute(TICKS, "ticks")), 202);
    await readUntil(/"ticks":3/);
    assertEquals(await statusOf(execute("{ number }", "ticks")), 409);
    assertEquals(await statusOf(client.end(token, "ticks")), 200);
    await until("the subscription ends", () => made.open() === 0);
    assertEquals(await statusOf(execute("{ number }", "ticks")), 202);
    await readUntil(/"number":42/);
    assertEquals(await statusOf(client.end(token, "never there")), 200);
    await assertRefused(client.end(token), { code: "BAD_USER_INPUT" });
    await close();
  });

  it("begins no operation whose client has left before it was accepted", async () => {
    const { token, execute, close } = await openStream();
    const leaving = new AbortController();
    const asked = client.execute(token, "subscription { late }", "late", leaving.signal);
    await made.late.asked;
    leaving.abort();
    await assertRejects(() => asked);
    await soon(made.late.ended, "the subscription must end");
    assertEquals(await statusOf(execute("{ number }", "late")), 202);
    await close();
  });

  it("can be open once, and no longer exists after it was closed", async () => {
    const { token, close } = await openStream();
    await assertRefused(client.open(token), { status: 409, code: "CONFLICT" });
    await close();
    const isGone = async () => await statusOf(client.open(token)) === 404;
    await until("the stream is removed", isGone);
  });

  it("executes nothing for a stream that does not exist", async () => {
    await assertRefused(client.execute("nonsense", "mutation { count }", "one"), {
      status: 404,
      code: "NOT_FOUND",
      message: `Cannot find the event stream: the header ${TOKEN} must be the token of a stream ` +
        "that you have, got another. Reserve one with PUT.",
    });
    assertEquals(await statusOf(client.open("nonsense")), 404);
    assertEquals(await statusOf(client.end("nonsense", "one")), 404);
    await assertRefused(client.end(), { message: /got none\. Reserve one with PUT\.$/ });
    assertEquals(made.mutations(), 0);
  });

  it("refuses operations without an id, or with one that is no short text", async () => {
    const token = await client.reserve();
    for (const id of [undefined, 7, "x".repeat(101)]) {
      const refusal = { status: 400, message: /extensions\.operationId must be a text/ };
      await assertRefused(client.execute(token, "mutation { count }", id), refusal);
    }
    assertEquals(made.mutations(), 0);
  });

  it("accepts no token in a URL", async () => {
    const token = await client.reserve();
    const opened = server.get(`/graphql?token=${token}`, "text/event-stream");
    await assertRefused(opened, { status: 400, code: "BAD_USER_INPUT" });
  });

  it("is not reserved for pages of other sites", async () => {
    const stranger = requestsTo(server, { origin: "http://evil.example" });
    assertEquals(await statusOf(stranger.put()), 403);
  });

  it("holds at most 100 operations whose end the client has not read", async () => {
    const token = await client.reserve();
    for (let n = 1; n <= 100; n++) {
      assertEquals(await statusOf(client.execute(token, "{ number }", `${n}`)), 202);
    }
    await assertRefused(client.execute(token, "mutation { count }", "101"), {
      status: 429,
      code: "RATE_LIMITED",
      message:
        "Cannot answer: an event stream must carry at most 100 operations at a time, got 101. " +
        "Read their answers, or end one.",
    });
    assertEquals(made.mutations(), 0);
    const { readUntil, close } = readerOf(await client.open(token));
    const text = await readUntil(/complete\ndata: \{"id":"100"\}/);
    assertEquals([...text.matchAll(/event: complete/g)].length, 100);
    assertEquals(await statusOf(client.execute(token, "mutation { count }", "101")), 202);
    await close();
  });

  it("reads one result of each subscription ahead of a client that does not read, and no more", async () => {
    const token = await client.reserve();
    for (const id of ["a", "b", "c"]) {
      assertEquals(await statusOf(client.execute(token, TICKS, id)), 202);
    }
    await until("the first of each is read", () => made.ticks() === 3);
    // Another client's stream continues meanwhile, for turns of the loop in which the first must not.
    const other = singleSseClient(server.origin);
    const results = other.iterate({ query: "subscription { ticks(to: 50) }" });
    assertEquals((await Array.fromAsync(results)).length, 50);
    assertEquals(made.ticks(), 53);
    other.dispose();
  });

  it("is closed with its operations when its client stops reading for too long", async () => {
    const { schema, open, ticks } = createTicks();
    await using server = await startServer({ schema, stallMs: 300 });
    const client = requestsTo(server);
    const token = await client.reserve();
    using connection = await connectRaw(server.origin);
    await connection.send(
      `GET /graphql HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\n${TOKEN}: ${token}\r\n\r\n`,
    );
    await connection.readUntil(/\r\n\r\n/);
    for (const id of ["a", "b"]) {
      assertEquals(await statusOf(client.execute(token, "subscription { texts }", id)), 202);
    }
    await until("both are open", () => open() === 2);
    await until("both end", () => open() === 0);
    assert(ticks() < 600, `${ticks()} events were made for a client that reads none`);
    assertEquals(await statusOf(client.end(token, "a")), 404);
  });

  it("breaks off without 'complete' when the server stops", async () => {
    const { token, readUntil } = await openStream();
    for (const one of [token, await client.reserve()]) {
      assertEquals(await statusOf(client.execute(one, TICKS, "ticks")), 202);
    }
    await readUntil(/"ticks":3/);
    await server.stop();
    await assertRejects(() => readUntil(/complete/), TypeError, "reading a body");
    assertEquals(made.open(), 0);
  });
});

describe("reserved event streams", () => {
  const OWNERS = ["one-correct-horse-battery", "two-correct-horse-battery"] as const;
  const tokens = OWNERS.map((secret, index) => (
    { name: `owner ${index}`, scope: "admin", secret } as const
  ));
  const clientsOf = (server: TestServer) =>
    [requestsTo(server, bearer(OWNERS[0])), requestsTo(server, bearer(OWNERS[1]))] as const;

  it("belong to the client that reserved them", async () => {
    const { schema, mutations } = createTicks();
    await using server = await startServer({ schema, tokens });
    const [one, two] = clientsOf(server);
    const token = await one.reserve();
    assertEquals(await statusOf(two.open(token)), 404);
    assertEquals(await statusOf(two.execute(token, "mutation { count }", "x")), 404);
    assertEquals(await statusOf(two.end(token, "x")), 404);
    const anonymous = requestsTo(server);
    assertEquals(await statusOf(anonymous.put()), 401);
    assertEquals(await statusOf(anonymous.open(token)), 401);
    assertEquals(mutations(), 0);
    await readerOf(await one.open(token)).close();
  });

  it("are limited for each client, and one that ends makes room", async () => {
    await using server = await startServer({ limits: { subscriptions: 2 }, tokens });
    const [one, two] = clientsOf(server);
    await one.reserve();
    const { close } = readerOf(await one.open(await one.reserve()));
    await assertRefused(one.put(), { status: 429, code: "RATE_LIMITED" });
    assertEquals(await statusOf(two.put()), 201);
    await close();
    await until("there is room again", async () => await statusOf(one.put()) === 201);
  });

  it("expire when nobody opens them, and when the server stops", async () => {
    const stopping = new AbortController();
    const { respond } = createSingleConnections({
      ...{ toPublic: (result: object) => result, maxStreams: 2, stopping: stopping.signal },
      ...{ reservationMs: 20, stallMs: 60_000 },
    });
    const client: Client = { viewer: LOCAL, address: "here", requestId: "1" };
    const send = (method: string, headers: Headers = {}) =>
      respond(new Request("http://localhost/graphql?operationId=1", { method, headers }), client);
    const reserve = async () => await send("PUT")?.text() ?? "";
    const exists = (token: string) => send("DELETE", { [TOKEN]: token })?.status === 200;
    const opened = await reserve();
    const stream = send("GET", { [TOKEN]: opened, accept: "text/event-stream" });
    const unopened = await reserve();
    assertEquals([exists(opened), exists(unopened)], [true, true]);
    assertEquals(send("PUT")?.status, 429);
    await until("the reservation ends", () => !exists(unopened));
    assertEquals(exists(opened), true);
    assertEquals(send("PUT")?.status, 201);
    await stream?.body?.cancel();
    assertEquals(exists(opened), false);
    const last = await reserve();
    assertEquals(exists(last), true);
    stopping.abort();
    assertEquals(exists(last), false);
  });
});
