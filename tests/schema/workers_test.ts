/** The workers as the API shows them. */
import { assert, assertEquals, fail } from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import type { WorkerInfo } from "../../runs/store/worker_info.ts";
import type { RunStore } from "../../runs/store/store.ts";
import type { ApiContext } from "../../schema/base/context.ts";
import { ask, openNewStore } from "./support.ts";

describe("Query.workers", () => {
  let store: RunStore;
  let context: ApiContext;
  let close: () => Promise<void>;
  before(async () => {
    ({ store, context, close } = await openNewStore());
  });
  after(() => close());

  const announce = (id: string, change: Partial<WorkerInfo> = {}) =>
    store.registerWorker({
      id,
      host: "gpu-1",
      pid: 42,
      version: "0.1.0",
      devices: [],
      runId: null,
      startedAt: "2026-01-01T00:00:00.000Z",
      ...change,
    });

  it("is empty while no worker runs", async () => {
    assertEquals(await ask(context, "{ workers { id } }"), { workers: [] });
  });

  it("lists who runs where, on what, and what they train", async () => {
    const { startTraining: { run } } = await ask(
      context,
      "mutation { startTraining { run { id } } }",
    );
    const claim = await store.claim({ worker: "busy", leaseMs: 60_000 });
    await announce("busy", {
      runId: claim?.run.id ?? fail("nothing to claim"),
      devices: [
        { kind: "CPU", name: "CPU (a test)", available: true },
        { kind: "CUDA", name: "CUDA", available: false, reason: "No NVIDIA GPU was found." },
      ],
    });
    await announce("idle", { host: "gpu-2", startedAt: "2026-01-02T00:00:00.000Z" });

    const { workers } = await ask(
      context,
      `{ workers {
        id host pid version startedAt seenAt run { id state }
        devices { kind name available reason }
      } }`,
    );
    const [busy, idle, ...others] = workers;
    assertEquals(others, []);
    const { seenAt, ...known } = busy;
    assert(Math.abs(Date.parse(seenAt) - Date.now()) < 60_000, seenAt);
    assertEquals(known, {
      id: "busy",
      host: "gpu-1",
      pid: 42,
      version: "0.1.0",
      startedAt: "2026-01-01T00:00:00.000Z",
      run: { id: run.id, state: "RUNNING" },
      devices: [
        { kind: "CPU", name: "CPU (a test)", available: true, reason: null },
        { kind: "CUDA", name: "CUDA", available: false, reason: "No NVIDIA GPU was found." },
      ],
    });
    assertEquals([idle.id, idle.host, idle.devices, idle.run], ["idle", "gpu-2", [], null]);
  });

  it("says what keeps a worker from going on, and of a run who has it", async () => {
    const { runs: { nodes: [held] } } = await ask(context, "{ runs { nodes { id } } }");
    const workerOf = async () =>
      (await ask(
        context,
        "query ($id: ID!) { run(id: $id) { worker { id trouble } } }",
        held,
      )).run.worker;
    const trouble = "Cannot write '/data/x': the disk is full.";
    assertEquals(await workerOf(), { id: "busy", trouble: null });
    await announce("busy", { runId: atob(held.id).slice(4), trouble });
    assertEquals(await workerOf(), { id: "busy", trouble });
    const { workers } = await ask(context, "{ workers { id trouble } }");
    assertEquals(workers, [{ id: "busy", trouble }, { id: "idle", trouble: null }]);
    await store.request(atob(held.id).slice(4), "cancel");
    assertEquals((await workerOf()).trouble, trouble, "it has the run until it lets go of it");
  });

  it("shows no run that was deleted meanwhile", async () => {
    await announce("late", { runId: "00000000-0000-0000-0000-000000000000" });
    const { workers } = await ask(context, "{ workers { id run { id } } }");
    assertEquals(workers.find(({ id }: { id: string }) => id === "late"), {
      id: "late",
      run: null,
    });
  });

  it("lists no worker that has said goodbye", async () => {
    await store.deregisterWorker("busy");
    const { workers } = await ask(context, "{ workers { id } }");
    assert(!workers.some(({ id }: { id: string }) => id === "busy"));
  });
});
