/** Long work that lets the event loop turn. */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { startRun } from "../../bench/written_run.ts";
import { inTurns, ITEMS_PER_TURN } from "../../lib/event_loop.ts";
import { startServer } from "../support/start_server.ts";

describe("inTurns()", () => {
  it("hands out every item in order", async () => {
    const items = Array.from({ length: 2 * ITEMS_PER_TURN + 1 }, (_, at) => at);
    assertEquals(await Array.fromAsync(inTurns(items)), items);
    assertEquals(await Array.fromAsync(inTurns([])), []);
  });

  it("lets the event loop turn in between", async () => {
    let turned = false;
    setTimeout(() => turned = true, 0);
    const seen: boolean[] = [];
    for await (const _ of inTurns(new Array(20 * ITEMS_PER_TURN).fill(0))) seen.push(turned);
    assertEquals([seen[0], seen.at(-1)], [false, true]);
  });

  it("gives a long curve whole", async () => {
    await using server = await startServer();
    const run = await startRun(server.store, { name: "long" });
    await run.train(100, 30);
    const count = 3000;
    assert(count > ITEMS_PER_TURN);
    const answer = await fetch(`${server.origin}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        query: "query($id: ID!) { run(id: $id) { batchCurve(maxPoints: null) { step } } }",
        variables: { id: run.id },
      }),
    });
    const { data } = await answer.json();
    assertEquals(
      data.run.batchCurve.map(({ step }: { step: number }) => step),
      Array.from({ length: count }, (_, at) => at + 1),
    );
  });
});
