/** Subscriptions of clients that speak other forms than graphql-transport-ws and graphql-sse. */
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { ApolloClient, gql, HttpLink, InMemoryCache } from "@apollo/client";
import type { Headers } from "../../support/http.ts";
import { keepLog } from "../../support/kept_log.ts";
import { soon } from "../../support/until.ts";
import { startServer, type TestServer } from "../../support/start_server.ts";
import { startRun, type WrittenRun } from "../../support/written_run.ts";

const EPOCHS = "subscription { epochs { number } }";

/** Starts a run that has trained an epoch. */
async function startTraining({ store }: TestServer) {
  const run = await startRun(store);
  await run.trainEpoch();
  return run;
}

const epochsOf = ({ id }: WrittenRun) => `subscription { epochs(runId: "${id}") { number } }`;

/** Subscribes by GET, to server-sent events unless the headers ask for another form. */
function ask(server: TestServer, query: string, headers: Headers = {}): Promise<Response> {
  return server.get(`/graphql?query=${encodeURIComponent(query)}`, {
    headers: { accept: "text/event-stream", ...headers },
  });
}

/** Returns the ids of the events in a stream. */
function idsIn(stream: string): readonly string[] {
  return [...stream.matchAll(/^id: (.*)$/gm)].map(([, id = ""]) => id);
}

/** Opens a WebSocket that offers subprotocols in a header of this exact form. */
async function handshake({ origin }: TestServer, offered: string): Promise<string> {
  const { hostname, port, host } = new URL(origin);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  const head = [
    ...["GET /graphql HTTP/1.1", `host: ${host}`, "connection: Upgrade", "upgrade: websocket"],
    ...["sec-websocket-version: 13", "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ=="],
    `sec-websocket-protocol: ${offered}`,
  ];
  await connection.write(new TextEncoder().encode(`${head.join("\r\n")}\r\n\r\n`));
  const buffer = new Uint8Array(1000);
  const length = await connection.read(buffer) ?? 0;
  connection.close();
  return new TextDecoder().decode(buffer.subarray(0, length));
}

describe("the subprotocol of a WebSocket", () => {
  const cases: [offered: string, spoken: string | undefined][] = [
    ["graphql-transport-ws,graphql-ws", "graphql-transport-ws"],
    ["graphql-ws, graphql-transport-ws", "graphql-transport-ws"],
    ["graphql-ws", "graphql-ws"],
    ["soap,mqtt", undefined],
  ];
  for (const [offered, spoken] of cases) {
    it(`is ${spoken ?? "none"} where a client offers '${offered}'`, async () => {
      await using server = await startServer();
      const response = await handshake(server, offered);
      assertMatch(response, /^HTTP\/1.1 101 /);
      assertEquals(/sec-websocket-protocol: (\S+)/i.exec(response)?.[1], spoken);
    });
  }
});

describe("a subscription over multipart HTTP", () => {
  it("gives Apollo Client every epoch by its default link", async () => {
    await using server = await startServer();
    const worker = await startTraining(server);
    const link = new HttpLink({ uri: `${server.origin}/graphql` });
    const client = new ApolloClient({ link, cache: new InMemoryCache() });
    const numbers: unknown[] = [];
    const begun = Promise.withResolvers<void>();
    const ended = new Promise<void>((resolve, reject) => {
      client.subscribe({ query: gql(EPOCHS) }).subscribe({
        next({ data }) {
          numbers.push(Object(data).epochs.number);
          begun.resolve();
        },
        error: reject,
        complete: resolve,
      });
    });
    await soon(begun.promise, "the first epoch must arrive");
    await worker.trainEpoch();
    await worker.complete();
    await soon(ended, "the subscription must end");
    assertEquals(numbers, [1, 2]);
    client.stop();
  });

  it("has the form of the protocol", async () => {
    await using server = await startServer();
    const worker = await startTraining(server);
    const accept = "multipart/mixed;subscriptionSpec=1.0";
    const response = await server.post({ query: EPOCHS }, { accept });
    await worker.complete();
    assertEquals(
      response.headers.get("content-type"),
      'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
    );
    assertEquals(
      await response.text(),
      '\r\n--graphql\r\ncontent-type: application/json\r\n\r\n{"payload":{"data":{"epochs":{"number":1}}}}' +
        "\r\n--graphql--\r\n",
    );
  });

  for (const parameters of ["subscriptionSpec=2.0", 'boundary="-";subscriptionSpec=1.0']) {
    it(`is refused with ${parameters}, with all forms that are served`, async () => {
      await using server = await startServer();
      const response = await ask(server, EPOCHS, { accept: `multipart/mixed;${parameters}` });
      assertEquals(response.status, 406);
      const text = await response.text();
      const forms = ["text/event-stream", "boundary=graphql;subscriptionSpec=1.0", "transport-ws"];
      for (const form of forms) assertMatch(text, new RegExp(form));
    });
  }

  it("is served with the boundary that Apollo Client asks for, in any case and quoted", async () => {
    await using server = await startServer();
    const run = await startTraining(server);
    await run.complete();
    for (const boundary of ["boundary=graphql", 'Boundary="graphql"']) {
      const accept = `multipart/mixed;${boundary};subscriptionSpec=1.0`;
      const response = await ask(server, epochsOf(run), { accept });
      assertMatch(await response.text(), /--graphql--/);
    }
  });
});

describe("server-sent events", () => {
  it("go on after the event that the client has received, and end with 204", async () => {
    await using server = await startServer();
    const worker = await startTraining(server);
    await worker.trainEpoch();
    await worker.complete();
    const { id } = worker;
    const fields = [
      `epochs(runId: "${id}") { number }`,
      `batches(runId: "${id}") { step }`,
      `runEvents(runId: "${id}", types: [EPOCH]) { seq }`,
    ];
    for (const field of fields) {
      const query = `subscription { ${field} }`;
      const ids = idsIn(await (await ask(server, query)).text());
      const [first = "", last = ""] = [ids[0], ids.at(-1)];
      const rest = await (await ask(server, query, { "last-event-id": first })).text();
      assertEquals(idsIn(rest), ids.slice(1));
      const over = await ask(server, query, { "last-event-id": last });
      assertEquals([over.status, await over.text()], [204, ""], field);
    }
  });

  it("go on with the same run where none is named, also when it has ended meanwhile", async () => {
    await using server = await startServer();
    const worker = await startTraining(server);
    const stream = await ask(server, EPOCHS);
    await worker.trainEpoch();
    await worker.complete();
    const [first = ""] = idsIn(await stream.text());
    const rest = await (await ask(server, EPOCHS, { "last-event-id": first })).text();
    assertMatch(rest, /"number":2/);
    assertEquals(rest.match(/event: next/g)?.length, 1);
  });

  it("end for EventSource with their end, also where there was no event", async () => {
    await using server = await startServer();
    const worker = await startTraining(server);
    await worker.complete();
    for (const runId of [worker.id, "no-such-run"]) {
      const query = `subscription { batches(runId: "${runId}") { step } }`;
      const text = await (await ask(server, query)).text();
      const last = idsIn(text).at(-1) ?? "";
      assertMatch(text, /event: complete\nid: end\ndata\n\n$/);
      const again = await ask(server, query, { "last-event-id": last });
      assertEquals([again.status, await again.text()], [204, ""]);
    }
  });

  it("refuse an id of another run or subscription", async () => {
    await using server = await startServer();
    const run = await startTraining(server);
    await run.complete();
    const [id] = /seq:\S+/.exec(await (await ask(server, epochsOf(run))).text()) ?? [""];
    const cases: [query: string, id: string][] = [
      ["subscription { batches { step } }", id],
      [EPOCHS, "nonsense"],
      [EPOCHS, "seq:no-such-run:1"],
    ];
    for (const [query, lastEventId] of cases) {
      const text = await (await ask(server, query, { "last-event-id": lastEventId })).text();
      assertMatch(text, /"message":"Cannot follow/, lastEventId);
      assertMatch(text, /event: complete/);
    }
  });

  it("need no header of a client that accepts everything", async () => {
    await using server = await startServer();
    const run = await startTraining(server);
    await run.complete();
    const response = await server.post({ query: epochsOf(run) });
    assertEquals(response.headers.get("content-type"), "text/event-stream");
    assertMatch(await response.text(), /event: complete/);
  });
});

describe("the server's log", () => {
  const log = keepLog("warning");

  it("has no error where a stop breaks off streams, or a client offers nonsense", async () => {
    await using server = await startServer();
    await startTraining(server);
    const forms = ["text/event-stream", "multipart/mixed;subscriptionSpec=1.0"];
    const streams = await Promise.all(forms.map((accept) => ask(server, EPOCHS, { accept })));
    for (const offered of ["graphql-transport-ws,graphql-ws", ",", "a b,c"]) {
      await handshake(server, offered);
    }
    await server.stop();
    for (const stream of streams) await assertRejects(() => stream.text(), TypeError);
    assertEquals(log.records.map(({ message }) => message.join("")), []);
  });
});
