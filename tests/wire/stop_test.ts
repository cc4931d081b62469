/** A server that stops: how it ends subscriptions and requests that are in progress. */
import { assertEquals, assertMatch, assertRejects, fail } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { countSubscriptions } from "../support/http.ts";
import { closeIn, connectAcknowledged, sendSubscribe } from "../support/raw_client.ts";
import { startServer } from "../support/start_server.ts";
import { startRun } from "../support/written_run.ts";
import { createTicks } from "./ticks_schema.ts";

describe("a server that stops", () => {
  it("breaks off event streams, closes sockets as 'service restart', and accepts no connection", async () => {
    await using server = await startServer();
    const run = await startRun(server.store);
    await run.trainEpoch();
    const query = "subscription { epochs { number } }";
    const path = `/graphql?query=${encodeURIComponent(query)}`;
    const stream = await server.get(path, "text/event-stream");
    using socket = await connectAcknowledged(server.origin);
    await sendSubscribe(socket, { query });
    await socket.readUntil(/"type":"next"/);
    assertEquals(await countSubscriptions(server.origin), 2);

    await server.stop();
    let text = "";
    await assertRejects(async () => {
      const body = stream.body ?? fail("There must be a body.");
      for await (const piece of body.pipeThrough(new TextDecoderStream())) text += piece;
    }, TypeError);
    assertMatch(text, /event: next\nid: .*\ndata: .*\n\n$/);
    const end = await socket.read() ?? new Uint8Array();
    assertEquals(closeIn(end), "1012 The server is stopping");
    await assertRejects(() => server.get("/healthz"), TypeError);
    // The store stays open.
    await run.trainEpoch();
  });

  it("finishes the requests that it has accepted", async () => {
    const { schema, slow } = createTicks();
    await using server = await startServer({ schema });
    const response = server.get("/graphql?query={slow}", "application/json");
    await slow.asked;
    const stopped = server.stop();
    slow.answer("done");
    assertEquals(await (await response).json(), { data: { slow: "done" } });
    await stopped;
  });
});
