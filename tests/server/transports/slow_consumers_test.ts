/**
 * Clients that hold on to what they take: the server is a process of its own, so that its memory is its own, and counts
 * what they leave in it. Beside them, others watch as they should, and miss nothing.
 */
import { readMetrics } from "../../support/http.ts";
import { assert, assertEquals } from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import { startServerProcess } from "../../support/program.ts";
import { sseClient, wsClient } from "../../support/clients.ts";
import { until } from "../../support/until.ts";
import type { Count, Order } from "./counting_server.ts";
import {
  connectRaw,
  connectRawSocket,
  FRAME,
  frameOf,
  postOf,
  type RawClient,
} from "../../support/raw_client.ts";

const MB = 1024 * 1024;

const STALL_MS = 5000;

/** Enough for all buffers on the way to a client that does not read, on both its machine and the server's. */
const LINES = 200;

describe("clients that are rude", () => {
  let server: CountingServer;
  let watchers: readonly Watcher[];
  /** Counts while only the watchers are connected. */
  let alone: Count;
  before(async () => {
    server = await startCountingServer({ stallMs: STALL_MS, limits: { subscriptions: 1000 } });
    const { runId } = await server.order({});
    watchers = [watchBySse(server.origin, runId), watchBySocket(server.origin, runId)];
    await untilSeen();
    alone = await server.order({});
  });
  after(async () => {
    for (const { end } of watchers) end();
    await server[Symbol.asyncDispose]();
  });

  /** Waits until the watchers have been given every event that there is. */
  async function untilSeen(): Promise<void> {
    const { lastSeq } = await server.order({});
    await Promise.all(watchers.map((watcher) => watcher.until(lastSeq)));
  }

  /** Waits until nothing is left but what the watchers take, and gives that. */
  async function untilAlone(): Promise<Count> {
    await until("all but the watchers are let go", async () => {
      const { sse, websocket } = await server.open();
      return sse === 1 && websocket === 1;
    });
    let count = await server.order({});
    await until("no generator and no timer is left", async () => {
      count = await server.order({});
      return count.generators <= alone.generators && timersOf(count) <= timersOf(alone);
    });
    return count;
  }

  it("are let go when they take nothing for long, and delay no other client", async () => {
    const { runId } = await server.order({});
    const stalled = await Promise.all([
      ...Array.from({ length: 20 }, () => openStream(server.origin, { runId })),
      ...Array.from({ length: 20 }, () => openSocket(server.origin, { runId })),
      ...Array.from({ length: 20 }, () => openHead(server.origin)),
    ]);
    await until("all are subscribed", async () => {
      const { sse, websocket } = await server.open();
      return sse === 21 && websocket === 21;
    });
    await server.order({ lines: LINES });
    await untilSeen();
    // All of them are still connected.
    await untilAlone();
    for (const client of stalled) client.close();
    const isAlone = async () => (await server.open()).sockets === 1;
    await until("their connections are given up as well", isAlone);
  });

  it("are 10,000 who open a subscription and are gone, and leave nothing", async () => {
    const { runId } = await server.order({});
    const playRound = async (): Promise<Count> => {
      const { lastSeq: afterSeq } = await server.order({});
      await inParallel(50, 5000, async (index) => {
        const variables = { runId, afterSeq };
        const client = index % 5 === 0
          ? await openSocket(server.origin, variables)
          : await openStream(server.origin, variables);
        // Others do not even wait for the beginning.
        if (index % 5 === 1) await client.readUntil(/\r\n\r\n/);
        client.close();
      });
      await server.order({ lines: 1 });
      await untilSeen();
      return await untilAlone();
    };
    const first = await playRound();
    assert(first.used - alone.used < 16 * MB, `${first.used} bytes, before ${alone.used}`);
    // What is never let go grows in every round; garbage of a busy machine, whose pages stay, in some.
    let [before, now] = [first, await playRound()];
    const hasGrown = () =>
      now.used - before.used >= 2 * MB || now.resident - before.resident >= 64 * MB;
    for (let round = 2; hasGrown() && round < 5; round++) [before, now] = [now, await playRound()];
    assert(!hasGrown(), `${now.used} bytes, ${now.resident} of the process, before ${before.used}`);
  });
});

function timersOf({ timers }: Count): number {
  return Object.values(timers).reduce((sum, count) => sum + count, 0);
}

/** A server that counts what is in it. */
interface CountingServer extends AsyncDisposable {
  readonly origin: string;
  order(order: Order): Promise<Count>;
  /** The subscriptions that are open, and the WebSockets. */
  open(): Promise<Readonly<Record<"sse" | "websocket" | "sockets", number>>>;
}

async function startCountingServer(options: unknown): Promise<CountingServer> {
  const server = await startServerProcess({
    args: ["-A", "--quiet", "--v8-flags=--expose-gc", SERVER, JSON.stringify(options)],
    answers: true,
    showsErrors: true,
  });
  const { origin } = server;
  return {
    origin,
    order: async (order) => JSON.parse(await server.ask(JSON.stringify(order))),
    async open() {
      const metrics = await readMetrics(origin);
      const figure = (name: string) => metrics.get(`epochql_${name}`) ?? NaN;
      return {
        sse: figure('subscriptions_open{transport="sse"}'),
        websocket: figure('subscriptions_open{transport="websocket"}'),
        sockets: figure("websockets_open"),
      };
    },
    async [Symbol.asyncDispose]() {
      await server.stop();
    },
  };
}

const SERVER = new URL("counting_server.ts", import.meta.url).pathname;

/** Somebody who watches as they should: every event, in order. */
interface Watcher {
  /** Resolves when the event with this number was there, and all before it. */
  until(seq: number): Promise<void>;
  end(): void;
}

const WATCH = "subscription($runId: ID!) { runEvents(runId: $runId) { seq } }";

/** The same with all that there is to say: 100,000 letters an event. */
const WATCH_ALL =
  "subscription($runId: ID!, $afterSeq: Int) { runEvents(runId: $runId, afterSeq: $afterSeq) { seq ... on LogEvent { message } } }";

function watchBySse(origin: string, runId: string): Watcher {
  const client = sseClient(origin);
  const events = client.iterate<Seen>({ query: WATCH, variables: { runId } });
  return { ...watch(events), end: () => client.dispose() };
}

function watchBySocket(origin: string, runId: string): Watcher {
  const client = wsClient(origin);
  const events = client.iterate<Seen>({ query: WATCH, variables: { runId } });
  return { ...watch(events), end: () => void client.dispose() };
}

type Seen = { readonly runEvents: { readonly seq: number } };

function watch(
  events: AsyncIterable<{ readonly data?: Seen | null | undefined }>,
): Pick<Watcher, "until"> {
  let seen = 0;
  let problem: unknown;
  void (async () => {
    for await (const { data } of events) {
      assertEquals(data?.runEvents.seq, seen + 1);
      seen++;
    }
    throw new Error(`The run is not over, but its events ended after ${seen}.`);
  })().catch((error) => {
    problem = error;
  });
  return {
    async until(seq) {
      await until(`a watcher is given event ${seq}`, async () => {
        if (problem) throw problem;
        return await Promise.resolve(seen >= seq);
      });
    },
  };
}

interface Variables {
  readonly runId: string;
  readonly afterSeq?: number;
}

/** Asks for a run's events as a stream, and reads nothing. */
async function openStream(origin: string, variables: Variables): Promise<RawClient> {
  const client = await connectRaw(origin);
  const body = JSON.stringify({ query: WATCH_ALL, variables });
  await client.send(postOf("/graphql", "application/json", body, { accept: "text/event-stream" }));
  return client;
}

/** Asks for a run's events by a WebSocket, and reads nothing of them. */
async function openSocket(origin: string, variables: Variables): Promise<RawClient> {
  const client = await connectRawSocket(origin);
  await client.send(frameOf(FRAME.text, JSON.stringify({ type: "connection_init" })));
  await client.readUntil(/connection_ack/);
  const payload = { query: WATCH_ALL, variables };
  await client.send(frameOf(FRAME.text, JSON.stringify({ id: "1", type: "subscribe", payload })));
  return client;
}

/** Begins a request, and sends no more of it. */
async function openHead(origin: string): Promise<RawClient> {
  const client = await connectRaw(origin);
  await client.send("GET /graphql HTTP/1.1\r\nhost: local");
  return client;
}

/** Does something a number of times, some of them at once. */
async function inParallel(
  width: number,
  count: number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  await Promise.all(Array.from({ length: width }, async () => {
    while (next < count) await work(next++);
  }));
}
