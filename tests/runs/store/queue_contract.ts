/** The contract of stores for runs that need devices, which the test file of each database runs. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Device } from "../../../ml/spec/spec.ts";
import { aSpec } from "../../support/fake_run.ts";
import { aWorker } from "../../support/a_worker.ts";
import { present } from "../../support/present.ts";
import { type TestDatabase, useDatabase } from "./database_per_test.ts";
import type { DeviceInfo } from "../../../ml/device.ts";

const LEASE_MS = 60_000;

export function testQueue(name: string, makeDatabase: () => Promise<TestDatabase>): void {
  describe(`the ${name} store's queue`, () => {
    const { store, another } = useDatabase(makeDatabase);

    /** Starts runs that ask for these devices; gives their ids. */
    async function create(...devices: readonly Device[]): Promise<string[]> {
      const ids = [];
      for (const device of devices) {
        ids.push((await store.create({ name: device, spec: aSpec({ device }) })).run.id);
      }
      return ids;
    }
    const take = async (...devices: readonly Device[]) =>
      (await store.claim({ worker: "w", leaseMs: LEASE_MS, devices }))?.run.id;
    const announce = (id: string, ...kinds: readonly DeviceInfo["kind"][]) =>
      store.registerWorker(aWorker({
        ...{ id, devices: kinds.map((kind) => ({ kind, name: kind, available: true })) },
      }));

    it("gives a worker the oldest run for a device that it has, past those for others", async () => {
      const [gpu1, cpu, auto, gpu2] = await create("CUDA", "CPU", "AUTO", "CUDA");
      assertEquals(await take("AUTO", "CPU"), cpu);
      assertEquals(await take("AUTO", "CPU"), auto);
      assertEquals(await take("AUTO", "CPU"), undefined);
      assertEquals(await take("WEBGPU"), undefined);
      assertEquals(await take(), undefined);
      assertEquals(await take("CUDA", "AUTO"), gpu1);
      assertEquals(await take("CUDA", "AUTO"), gpu2);
    });

    it("gives a worker that does not name its devices the oldest run of all", async () => {
      const ids = await create("CUDA", "CPU", "AUTO", "WEBGPU");
      for (const id of ids) {
        assertEquals((await store.claim({ worker: "w", leaseMs: LEASE_MS }))?.run.id, id);
      }
    });

    it("leaves a run that goes on to a worker that has its device", async () => {
      const [stopped, silent] = await create("CUDA", "CUDA");
      const claim = present(await store.claim({ worker: "w1", leaseMs: LEASE_MS }));
      await store.append(claim, 1, [{ type: "interrupted", reason: "stop", crashed: false }]);
      present(await store.claim({ worker: "w2", leaseMs: -1, runId: present(silent) }));
      assertEquals(await take("AUTO", "CPU"), undefined);
      assertEquals(await take("CUDA"), stopped);
      assertEquals(await take("CUDA"), silent);
    });

    it("gives a run that is only to be ended to any worker", async () => {
      for (const request of ["cancel", "pause"] as const) {
        const [id] = await create("CUDA");
        const claim = present(await store.claim({ worker: "w1", leaseMs: LEASE_MS }));
        await store.request(present(id), request);
        await store.renew(claim, -1);
        assertEquals(await take("AUTO", "CPU"), id);
      }
    });

    it("gives one run only, and only for its device", async () => {
      const [gpu, cpu] = await create("CUDA", "CPU");
      const options = { worker: "w", leaseMs: LEASE_MS, runId: present(gpu) };
      assertEquals(await store.claim({ ...options, devices: ["CPU"] }), undefined);
      assertEquals((await store.claim({ ...options, devices: ["CUDA"] }))?.run.id, gpu);
      assertEquals(await take("CPU"), cpu);
    });

    it("gives each run to one of many that ask at once, whatever they have", async () => {
      const other = await another();
      const ids = await create("CUDA", "CPU", "AUTO", "CPU", "CUDA", "AUTO", "CPU", "CUDA");
      const claims = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          (index % 2 ? store : other).claim({
            ...{ worker: `w${index}`, leaseMs: LEASE_MS },
            devices: index < 10 ? ["AUTO", "CPU", "CUDA"] : ["AUTO", "CUDA", "CPU"],
          })),
      );
      const taken = claims.flatMap((claim) => claim?.run.id ?? []);
      assertEquals(taken.toSorted(), ids.toSorted());
    });

    describe("next run", () => {
      const next = async () => (await store.current())?.id;

      it("is not one that waits for a device which no worker has", async () => {
        const [gpu] = await create("CUDA");
        assertEquals(await next(), gpu, "nobody knows yet what workers will come");
        await announce("w1", "CPU");
        assertEquals(await next(), undefined);
        const [cpu] = await create("CPU");
        assertEquals(await next(), cpu);
        await announce("w2", "CUDA", "CPU");
        assertEquals(await next(), gpu);
      });

      it("may be any while a worker has not looked at its devices", async () => {
        const [gpu] = await create("CUDA", "AUTO");
        await announce("w1", "CPU");
        await announce("w2");
        assertEquals(await next(), gpu);
      });
    });
  });
}
