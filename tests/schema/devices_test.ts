/** Devices: those that workers announce, and runs that wait for one. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { DeviceInfo } from "../../ml/device.ts";
import { aWorker } from "../support/a_worker.ts";
import { badTraining, useApi } from "../support/api.ts";
import { started, storeId } from "../support/written_run.ts";

const CPU: DeviceInfo = { kind: "CPU", name: "CPU (a test, 2 threads)", available: true };
const REASON = "No NVIDIA GPU was found.";
const NO_GPU: DeviceInfo = { kind: "CUDA", name: "CUDA", available: false, reason: REASON };
const LIST = "{ devices { kind name available reason } }";
const START =
  "mutation ($device: Device) { startTraining(input: { device: $device }) { run { waitingFor } } }";

describe("devices", () => {
  const api = useApi();
  const announce = (id: string, devices: readonly DeviceInfo[]) =>
    api.store.registerWorker(aWorker({ id, devices }));

  it("are all unavailable without a worker, with what to do about it", async () => {
    const { devices } = await api.ask(LIST);
    const kinds = devices.map((each: DeviceInfo) => [each.kind, each.available]);
    assertEquals(kinds, [["CUDA", false], ["CPU", false], ["WEBGPU", false]]);
    for (const { reason } of devices) assertMatch(reason, /No worker is running.*deno task/);
  });

  it("can be requested without a worker: the run waits", async () => {
    await api.ask(START, { device: "CUDA" });
  });

  it("are those that workers announce, each once, with the reasons for those that all lack", async () => {
    await announce("w1", [CPU, NO_GPU]);
    await announce("w2", [CPU, NO_GPU]);
    assertEquals(await api.ask(LIST), { devices: [NO_GPU, { ...CPU, reason: null }] });
  });

  it("are refused by startTraining if every worker lacks them, with the reason", async () => {
    assertEquals(
      await api.refuse(START, { device: "CUDA" }),
      badTraining(
        "Cannot train on CUDA: device must be one that a worker has, and they have CPU (CPU (a test, 2 threads)). " +
          "No NVIDIA GPU was found.",
        ...["input", "device"],
      ),
    );
    const { message } = await api.refuse(START, { device: "WEBGPU" });
    assertMatch(message, /Train on another, or start one that can train on it\.$/);
  });

  it("can be requested while a worker has not announced its own: the run waits", async () => {
    await announce("w0", []);
    await api.ask(START, { device: "CUDA" });
    await api.store.deregisterWorker("w0");
  });

  it("that no worker has are what a run waits for", async () => {
    const query = "{ runs { nodes { requestedDevice state waitingFor worker { id } } } }";
    const { runs: { nodes } } = await api.ask(query);
    const waitingFor =
      "No worker has CUDA: start one on a machine with an NVIDIA GPU, or cancel the run.";
    const run = { requestedDevice: "CUDA", state: "QUEUED", waitingFor, worker: null };
    assertEquals(nodes, [run, run]);
    const { startTraining } = await api.ask(START, { device: "CPU" });
    assertEquals(startTraining.run.waitingFor, null, "its turn comes");
  });

  it("can be requested if one worker has them", async () => {
    const gpu: DeviceInfo = { kind: "CUDA", name: "NVIDIA H100", available: true };
    await announce("w3", [gpu]);
    await api.ask(START, { device: "CUDA" });
    const { devices } = await api.ask(LIST);
    assertEquals(devices, [{ ...gpu, reason: null }, { ...CPU, reason: null }]);
    const { runs: { nodes } } = await api.ask("{ runs { nodes { waitingFor } } }");
    assert(nodes.every(({ waitingFor }: { waitingFor: unknown }) => waitingFor === null));
  });

  it("are what a run waits for while no worker is running, until the run ends", async () => {
    for (const id of ["w1", "w2", "w3"]) await api.store.deregisterWorker(id);
    const { runs: { nodes } } = await api.ask("{ runs(first: 2) { nodes { id waitingFor } } }");
    assertEquals(nodes.map(({ waitingFor }: { waitingFor: string }) => waitingFor), [
      "No worker is running: start one on a machine with an NVIDIA GPU ('deno task worker').",
      "No worker is running: start one on a machine that an engine is set up on ('deno task worker').",
    ]);
    await api.store.request(storeId(nodes[0].id), "cancel");
    const run = await api.readRun(nodes[0].id, "state waitingFor");
    assertEquals(run, { state: "CANCELLED", waitingFor: null });
  });
});

describe("a run in the queue", () => {
  const api = useApi();
  const START_ON = `mutation ($device: Device) {
    startTraining(input: { device: $device }) { run { id queuePosition } }
  }`;

  it("tells its place among the runs that a worker can train, until its turn comes", async () => {
    const start = async (device: string) => (await api.ask(START_ON, { device })).startTraining.run;
    const [first, gpu, last] = [await start("CPU"), await start("CUDA"), await start("CPU")];
    assertEquals([first, gpu, last].map(({ queuePosition }) => queuePosition), [1, 2, 3]);
    await api.store.registerWorker(aWorker({ devices: [CPU, NO_GPU] }));
    const places = async () => {
      const { runs } = await api.ask("{ runs { nodes { queuePosition } } }");
      return runs.nodes.map(({ queuePosition }: { queuePosition: number | null }) => queuePosition);
    };
    assertEquals(await places(), [2, null, 1]);
    await api.claim(first.id);
    assertEquals(await places(), [1, null, null]);
  });
});

describe("a run whose worker gives no sign of life", () => {
  const api = useApi();
  const FIELDS = "state worker { id } waitingFor progress { step samplesPerSecond etaSeconds }";
  const STATES = [["RUNNING", undefined], ["PAUSING", "pause"], ["CANCELLING", "cancel"]] as const;
  for (const [state, request] of STATES) {
    it(`says so in ${state}, and shows neither speed nor remaining time`, async () => {
      const id = await api.start();
      const run = await api.claim(id);
      await run.append(started());
      await run.trainEpoch();
      if (request) await api.store.request(run.key, request);
      const alive = await api.readRun(id, FIELDS);
      assertEquals([alive.state, alive.waitingFor], [state, null]);
      assert(alive.progress.samplesPerSecond > 0);
      const abandoned = api.with({
        store: { ...api.store, held: () => Promise.resolve(new Set<string>()) },
      });
      const { progress, waitingFor } = await abandoned.readRun(id, FIELDS);
      assertEquals([progress.samplesPerSecond, progress.etaSeconds], [null, null]);
      assertEquals(progress.step, alive.progress.step);
      assertMatch(waitingFor, /gave no sign of life\. No worker is running: start one/);
    });
  }
});
