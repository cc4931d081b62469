/** Workers through the API. */
import { assert, assertEquals } from "@std/assert";
import { before, describe, it } from "@std/testing/bdd";
import type { WorkerInfo } from "../../runs/store/worker_info.ts";
import { aWorker } from "../support/a_worker.ts";
import { useApi } from "../support/api.ts";
import { storeId } from "../support/written_run.ts";

describe("Query.workers", () => {
  const api = useApi();
  /** A run that the worker 'busy' trains. */
  let id: string;
  const devices = [
    { kind: "CPU", name: "CPU (a test)", available: true },
    { kind: "CUDA", name: "CUDA", available: false, reason: "No NVIDIA GPU was found." },
  ] as const;
  const announce = (id: string, change: Partial<WorkerInfo> = {}) =>
    api.store.registerWorker(aWorker({ id, host: "gpu-1", pid: 42, ...change }));

  it("is empty while no worker runs", async () => {
    assertEquals(await api.ask("{ workers { id } }"), { workers: [] });
  });

  describe("with two workers", () => {
    before(async () => {
      id = await api.start();
      const { key: runId } = await api.claim(id);
      await announce("busy", { runId, devices });
      await announce("idle", { host: "gpu-2", startedAt: "2026-01-02T00:00:00.000Z" });
    });

    it("lists hosts, devices and runs", async () => {
      const { workers: [{ seenAt, ...busy }, idle, ...others] } = await api.ask(
        `{ workers {
          id host pid version startedAt seenAt run { id state }
          devices { kind name available reason }
        } }`,
      );
      assertEquals(others, []);
      assert(Math.abs(Date.parse(seenAt) - Date.now()) < 60_000, seenAt);
      assertEquals(busy, {
        ...{ id: "busy", host: "gpu-1", pid: 42, version: "0.1.0" },
        startedAt: "2026-01-01T00:00:00.000Z",
        run: { id, state: "RUNNING" },
        devices: [{ ...devices[0], reason: null }, devices[1]],
      });
      assertEquals([idle.id, idle.host, idle.devices, idle.run], ["idle", "gpu-2", [], null]);
    });

    it("shows the problem that keeps a worker from continuing, and a run shows its worker", async () => {
      const workerOf = async () => (await api.readRun(id, "worker { id trouble }")).worker;
      const trouble = "Cannot write '/data/x': the disk is full.";
      assertEquals(await workerOf(), { id: "busy", trouble: null });
      await announce("busy", { runId: storeId(id), trouble });
      assertEquals(await workerOf(), { id: "busy", trouble });
      const { workers } = await api.ask("{ workers { id trouble } }");
      assertEquals(workers, [{ id: "busy", trouble }, { id: "idle", trouble: null }]);
      await api.store.request(storeId(id), "cancel");
      assertEquals((await workerOf()).trouble, trouble, "the worker holds it until it has stopped");
    });

    it("shows no run that was deleted meanwhile", async () => {
      await announce("late", { runId: "00000000-0000-0000-0000-000000000000" });
      const { workers } = await api.ask("{ workers { id run { id } } }");
      const late = workers.find(({ id }: { id: string }) => id === "late");
      assertEquals(late, { id: "late", run: null });
    });

    it("does not list a worker that has deregistered", async () => {
      await api.store.deregisterWorker("busy");
      const { workers } = await api.ask("{ workers { id } }");
      assert(!workers.some(({ id }: { id: string }) => id === "busy"));
    });
  });
});
