/** Streams that follow a run together, of which those with the same results are sent the same bytes. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { sseClient } from "../../support/clients.ts";
import { readMetrics } from "../../support/http.ts";
import { startServer } from "../../support/start_server.ts";
import { soon, until } from "../../support/until.ts";
import { startRun } from "../../support/written_run.ts";

const BY_CURSOR =
  "subscription ($runId: ID!, $afterSeq: Int) { runEvents(runId: $runId, afterSeq: $afterSeq) { seq } }";

type Variables = Readonly<Record<string, unknown>>;

/** Follows a run's events. @returns a function that reads seqs until one, in order */
function follow(origin: string, query: string, variables: Variables) {
  const client = sseClient(origin, { retryAttempts: 0 });
  const results = client.iterate<{ runEvents: { seq: number; message?: string } }>({
    query,
    variables,
  });
  return async (last: number): Promise<readonly unknown[]> => {
    const seen: unknown[] = [];
    for (;;) {
      const { value } = await soon(results.next(), `event ${last} must come`);
      const event = value?.data?.runEvents;
      if (!event) throw new Error(`The stream ended before event ${last}.`);
      seen.push(event.message ?? event.seq);
      if (event.seq === last) return seen;
    }
  };
}

describe("streams that follow a run together", () => {
  it("give each client its events once, wherever it began and whatever it selects", async () => {
    await using server = await startServer();
    const { origin } = server;
    const run = await startRun(server.store);
    const write = (...messages: readonly string[]) =>
      run.append(...messages.map((message) => ({ type: "log", level: "info", message } as const)));
    const { snapshot: { lastSeq: first } } = await write("a");
    const runId = run.id;
    // The last two are ahead of the log.
    const cursors = [0, first - 1, first - 1, first - 1, first + 2, first + 2];
    const readers = cursors.map((afterSeq) => follow(origin, BY_CURSOR, { runId, afterSeq }));
    const messages = follow(
      origin,
      "subscription ($runId: ID!) { runEvents(runId: $runId) { seq ... on LogEvent { message } } }",
      { runId },
    );
    await Promise.all(readers.slice(0, 4).map((read) => read(first)));
    await messages(first);
    await until("all are open", async () => {
      const metrics = await readMetrics(origin);
      return metrics.get('epochql_subscriptions_open{transport="sse"}') === 7;
    });
    await write("b");
    await write("c", "d", "e");
    const last = first + 4;
    const onward = [first + 1, first + 2, first + 3, last];
    const seen = await Promise.all(readers.map((read) => read(last)));
    assertEquals(seen.slice(0, 4), [onward, onward, onward, onward]);
    assertEquals(seen.slice(4), [onward.slice(2), onward.slice(2)]);
    assertEquals(await messages(last), ["b", "c", "d", "e"]);
    await write("f");
    for (const read of [...readers, messages]) await read(last + 1);
  });

  it("are counted for each client", async () => {
    await using server = await startServer();
    const { origin } = server;
    const run = await startRun(server.store);
    const { snapshot: { lastSeq: first } } = await run.append({
      type: "log",
      level: "info",
      message: "a",
    });
    const readers = Array.from(
      { length: 5 },
      () => follow(origin, BY_CURSOR, { runId: run.id, afterSeq: first - 1 }),
    );
    await Promise.all(readers.map((read) => read(first)));
    const counts = async () => {
      const metrics = await readMetrics(origin);
      return [
        metrics.get("epochql_subscription_events_total"),
        metrics.get("epochql_event_delivery_latency_seconds_count"),
      ];
    };
    assertEquals(await counts(), [5, 0]);
    await run.append({ type: "log", level: "info", message: "b" });
    await Promise.all(readers.map((read) => read(first + 1)));
    assertEquals(await counts(), [10, 5]);
  });

  it("lose nothing of a client that reads late, and delay no other", async () => {
    await using server = await startServer();
    const { origin } = server;
    const run = await startRun(server.store);
    const query = "subscription ($runId: ID!) { runEvents(runId: $runId) { seq ... on LogEvent " +
      "{ message } } }";
    const variables = { runId: run.id };
    const late = await server.post({ query, variables }, { accept: "text/event-stream" });
    const reader = follow(origin, query, variables);
    await reader(2);
    // Enough to fill all buffers on the way to the client.
    const text = "x".repeat(100_000);
    for (let line = 1; line <= 150; line++) {
      await run.append({ type: "log", level: "info", message: `${line} ${text}` });
      await reader(2 + line);
    }
    await run.complete();
    const all = await late.text();
    assertEquals(
      [...all.matchAll(/"message":"(\d+) /g)].map(([, line]) => Number(line)),
      Array.from({ length: 150 }, (_, index) => index + 1),
    );
  });
});
