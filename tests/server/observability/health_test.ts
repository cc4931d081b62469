/** Health for orchestrators: /healthz and /readyz. */
import { assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { StoreUnavailableError } from "../../../runs/store/errors.ts";
import type { RunStore } from "../../../runs/store/store.ts";
import { aWorker } from "../../support/a_worker.ts";
import { startServer } from "../../support/start_server.ts";

describe("health", () => {
  it("is alive while the server responds", async () => {
    await using server = await startServer();
    const response = await fetch(`${server.origin}/healthz`);
    assertEquals(response.status, 200);
    assertEquals(response.headers.get("cache-control"), "no-store");
    assertEquals(await response.json(), { alive: true });
  });

  it("is ready when a worker is alive, and names what is missing until then", async () => {
    const worker: { problem?: string } = {};
    await using server = await startServer({ workerProblem: () => worker.problem });
    const ready = async () => {
      const response = await fetch(`${server.origin}/readyz`);
      return [response.status, await response.json()];
    };
    assertEquals(await ready(), [503, {
      ready: false,
      server: "ok",
      store: "ok",
      worker: "no worker is alive; 'deno task worker' starts one",
    }]);
    worker.problem = "it ended with exit code 132";
    assertEquals((await ready())[1].worker, worker.problem);
    await server.store.registerWorker(aWorker({ id: "w1" }));
    assertEquals(await ready(), [200, { ready: true, server: "ok", store: "ok", worker: "ok" }]);
    await server.store.deregisterWorker("w1");
    assertEquals((await ready())[0], 503);
  });

  it("is not ready without its store, with the reason", async () => {
    await using server = await startServer();
    const store: RunStore = {
      ...server.store,
      workers: () => Promise.reject(new StoreUnavailableError("Cannot use it: the disk is full.")),
    };
    await using broken = await startServer({ store });
    const response = await fetch(`${broken.origin}/readyz`);
    assertEquals(response.status, 503);
    const { store: said, worker } = await response.json();
    assertEquals(said, "Cannot use it: the disk is full.");
    assertMatch(worker, /not known/);
    assertEquals((await fetch(`${broken.origin}/healthz`)).status, 200);
  });

  it("is not ready when its store takes no writes, and does not ask for another worker", async () => {
    await using server = await startServer();
    const store: RunStore = {
      ...server.store,
      checkWritable: () => Promise.reject(new StoreUnavailableError("It is a read-only copy.")),
    };
    await using broken = await startServer({ store });
    const { ready, store: said, worker } = await (await fetch(`${broken.origin}/readyz`)).json();
    assertEquals([ready, said], [false, "It is a read-only copy."]);
    assertMatch(worker, /not known/);
  });
});
