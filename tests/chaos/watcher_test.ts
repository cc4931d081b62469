/** The watchers of the chaos against a server in this process. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { TRANSPORTS, watch } from "../../tools/chaos/watcher.ts";
import { useServer } from "../support/start_server.ts";
import { soon } from "../support/until.ts";
import { startRun } from "../support/written_run.ts";

describe("a watcher of the chaos", () => {
  const server = useServer();

  for (const transport of TRANSPORTS) {
    it(`is done by ${transport} when a run has ended and was described since`, async () => {
      const run = await startRun(server.store);
      await run.trainEpoch();
      await run.complete();
      await server.store.describe(run.key, { name: "described" });
      const watching = new AbortController();
      const { seen, done, connections } = watch(
        server.origin,
        run.id,
        transport,
        watching.signal,
      );
      try {
        await soon(done, "the watcher must see the end");
      } finally {
        watching.abort();
      }
      assertEquals(seen.map(({ __typename }) => __typename).slice(-2), [
        "CompletedEvent",
        "RenamedEvent",
      ]);
      assertEquals(connections(), 1);
    });
  }
});
