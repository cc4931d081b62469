/** Runs that a worker claims by its devices, before and after it has listed them. Its trainings are fake. */
import { assertEquals, assertMatch } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import type { Device } from "../../../ml/spec/spec.ts";
import { openFolderStore } from "../../../runs/checkpoints/folder.ts";
import type { RunStore } from "../../../runs/store/store.ts";
import { openSqliteStore } from "../../../runs/store/sqlite/store.ts";
import { runWorker } from "../../../runs/worker/worker.ts";
import { aSpec, aTraining } from "../../support/fake_run.ts";
import { A_CPU as CPU } from "../../support/a_worker.ts";
import { present } from "../../support/present.ts";
import { aborted, until } from "../../support/until.ts";
import { checkWhole } from "../../support/whole_log.ts";
import type { DeviceInfo } from "../../../ml/device.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";

const GPU: DeviceInfo = { kind: "CUDA", name: "a GPU", available: true };
const NO_GPU: DeviceInfo = { kind: "CUDA", name: "a GPU", available: false, reason: "None here." };

const folder = folderPerTest();
let store: RunStore;
let stop: AbortController;
let working: Promise<void>[];

/** Starts a worker. `devices`: what it finds where it looks. */
function start(id: string, devices: () => Promise<readonly DeviceInfo[]>): void {
  working.push(runWorker({
    ...{ store, id, host: "h", version: "1", signal: stop.signal, lookAgainMs: 10 },
    trainer: {
      devices: ({ signal }) => Promise.race([devices(), aborted(signal).then(() => [])]),
      async *train(spec) {
        yield* aTraining(spec);
      },
    },
    checkpoints: openFolderStore(folder.join("checkpoints")),
    scratch: folder.join("scratch"),
    log: () => {},
  }));
}

const create = async (device: Device) =>
  (await store.create({ name: device, spec: aSpec({ device }) })).run.id;
const workerOf = async (id: string) =>
  (await store.read(id, { afterSeq: 0, limit: 9, types: ["claimed"] }))
    .map((event) => event.type === "claimed" && event.worker);
const stateOf = async (id: string) => (await store.get(id))?.snapshot.state;

describe("a worker", () => {
  beforeEach(async () => {
    store = await openSqliteStore(folder.join("runs.db"));
    stop = new AbortController();
    working = [];
  });
  afterEach(async () => {
    stop.abort();
    await Promise.all(working);
    await store.close();
  });

  it("takes runs for AUTO and CPU before it has looked at its devices, and for others after", async () => {
    const looked = Promise.withResolvers<readonly DeviceInfo[]>();
    const gpu = await create("CUDA");
    const [auto, cpu] = [await create("AUTO"), await create("CPU")];
    start("w", () => looked.promise);
    await checkWhole(store, auto);
    await checkWhole(store, cpu);
    assertEquals(await stateOf(gpu), "QUEUED");
    looked.resolve([GPU, CPU]);
    await checkWhole(store, gpu);
  });

  it("leaves a run for a device that it lacks to one that has it", async () => {
    const gpu = await create("CUDA");
    start("without", () => Promise.resolve([NO_GPU, CPU]));
    await until("the devices are listed", async () => (await store.workers())[0]?.devices.length);
    await checkWhole(store, await create("CPU"));
    assertEquals(await stateOf(gpu), "QUEUED");
    start("with", () => Promise.resolve([GPU, CPU]));
    await checkWhole(store, gpu);
    assertEquals(await workerOf(gpu), ["with"]);
  });

  it("that cannot look says why, takes what needs no device, and looks again", async () => {
    const again = Promise.withResolvers<void>();
    let looks = 0;
    start("w", async () => {
      if (looks++ === 0) throw new Error("The trainer died: it was tired.");
      await again.promise;
      return [CPU];
    });
    const listed = async () => (await store.workers()).find(({ devices }) => devices.length > 0);
    const { devices } = await until("the devices are listed", listed);
    assertEquals(devices.map(({ available }) => available), [false, false, false]);
    assertMatch(devices[0]?.reason ?? "", /it was tired/);
    const cpu = await create("CPU");
    await checkWhole(store, await create("AUTO"));
    assertEquals(await stateOf(cpu), "QUEUED");
    again.resolve();
    await checkWhole(store, cpu);
    assertEquals(present((await store.workers())[0]).devices, [CPU]);
  });
});
