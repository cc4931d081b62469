/** Server-sent events with a connection for each operation: their form, and clients that do not read. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { assertRefused, countSubscriptions } from "../support/http.ts";
import { connectRaw } from "../support/raw_client.ts";
import { until } from "../support/until.ts";
import { startServer } from "../support/start_server.ts";
import { startRun } from "../support/written_run.ts";
import { createTicks } from "./ticks_schema.ts";
import { subscribeUnread } from "./unread.ts";

describe("server-sent events", () => {
  it("have the form of graphql-sse's distinct connections", async () => {
    await using server = await startServer();
    const run = await startRun(server.store);
    await run.trainEpoch();
    await run.complete();
    const query = encodeURIComponent(`subscription { epochs(runId: "${run.id}") { number } }`);
    const response = await server.get(`/graphql?query=${query}`, "text/event-stream");
    assertEquals(response.status, 200);
    assertMatch(response.headers.get("content-type") ?? "", /^text\/event-stream/);

    assertEquals(response.headers.get("x-accel-buffering"), "no");
    assertEquals(response.headers.get("cache-control"), "no-cache, no-transform");
    assertMatch(
      await response.text(),
      /^:\nevent: next\nid: seq:\S+:\d+\ndata: {"data":{"epochs":{"number":1}}}\n\nevent: complete\nid: end\ndata\n\n$/,
    );
  });

  it("carry the errors of fields in whatever form they are accepted", async () => {
    const { schema } = createTicks();
    await using server = await startServer({ schema });
    const accepted = ["*/*", "text/*", "text/event-stream", "multipart/mixed;subscriptionSpec=1.0"];
    for (const accept of accepted) {
      const query = "subscription { failing(to: 2) }";
      const text = await (await server.post({ query }, { accept })).text();
      assertEquals(text.match(/"message":"Cannot count: it is made up\."/g)?.length, 2, accept);
    }
  });

  it("are refused to a client that does not accept them", async () => {
    const { schema, ticks } = createTicks();
    await using server = await startServer({ schema });
    const asked = server.post({ query: "subscription { ticks }" }, { accept: "application/json" });
    await assertRefused(asked, { status: 406, code: "BAD_USER_INPUT" });
    assertEquals([ticks(), await countSubscriptions(server.origin)], [0, 0]);
  });

  it("wait for a client that does not read, and end when it disconnects", async () => {
    const { schema, ticks, open } = createTicks();
    await using server = await startServer({ schema });
    using connection = await connectRaw(server.origin);
    await subscribeUnread(connection, ticks);
    connection.close();
    await until("the subscription ends with its client", () => open() === 0);
  });

  it("do not keep a server from stopping when their client does not read", async () => {
    const { schema, ticks } = createTicks();
    await using server = await startServer({ schema });
    using connection = await connectRaw(server.origin);
    await subscribeUnread(connection, ticks);
    await server.stop();
    assert(ticks() > 0);
  });
});
