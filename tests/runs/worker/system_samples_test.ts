/** Resource usage of a training: from the reports of the trainer and the GPU's driver to the log. */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import type { SystemEvent } from "../../../runs/log/events/training/system.ts";
import { createGpuReader, type GpuReader } from "../../../runs/trainer/gpu.ts";
import { openFolderStore } from "../../../runs/checkpoints/folder.ts";
import { openSqliteStore } from "../../../runs/store/sqlite/store.ts";
import { sampleSystem } from "../../../runs/worker/system_samples.ts";
import type { TrainerEvent } from "../../../runs/trainer/trainer.ts";
import { createTrainerProcess } from "../../../runs/trainer/process.ts";
import { runAttempt } from "../../../runs/worker/attempt.ts";
import { countingStore } from "../../../runs/worker/worker_stats.ts";
import { aSpec, aTraining, ofType, readAll } from "../../support/fake_run.ts";
import { present } from "../../support/present.ts";
import { fakeTrainerProgram } from "../../support/scripts.ts";
import { temporaryFolder } from "../../support/temporary_folder.ts";
import { checkWhole } from "../../support/whole_log.ts";

const usage = (seconds: number, cpuSeconds: number, memoryBytes = 1e8): TrainerEvent => (
  { type: "usage", seconds, cpuSeconds, memoryBytes }
);
const started = (device: string): TrainerEvent => ({
  ...{ type: "started", device, engine: "e" },
  ...{ stepsPerEpoch: 4, steps: 12, parameters: 10 },
});
const [, batches] = aTraining(aSpec());

async function measure(
  events: readonly TrainerEvent[],
  readGpu?: GpuReader,
): Promise<SystemEvent[]> {
  async function* say() {
    for (const event of events) {
      yield event;
      // A driver's answer comes in between.
      await new Promise((resolve) => setTimeout(resolve));
    }
  }
  const options = { batchSize: 32, ...(readGpu === undefined ? {} : { readGpu }) };
  const all = await Array.fromAsync(sampleSystem(say(), options));
  return all.filter((event) => event.type === "system");
}

describe("sampleSystem()", () => {
  it("says what was used between two reports, as cores, bytes and samples a second", async () => {
    const two = present(batches);
    const events = [
      ...[started("CPU"), usage(10, 4), two, two, usage(14, 10, 2e8)],
      ...[two, usage(15, 11.5, 3e8)],
    ];
    assertEquals(await measure(events), [
      // Four steps of 32 samples in four seconds, of six seconds of CPU time.
      { type: "system", cpuCores: 1.5, memoryBytes: 2e8, samplesPerSecond: 32, gpu: null },
      { type: "system", cpuCores: 1.5, memoryBytes: 3e8, samplesPerSecond: 64, gpu: null },
    ]);
  });

  it("gives all else as it is", async () => {
    const events = [...aTraining(aSpec())];
    async function* say() {
      yield* events;
    }
    assertEquals(await Array.fromAsync(sampleSystem(say(), { batchSize: 32 })), events);
  });

  it("asks the GPU where it trains on one, and lives without an answer", async () => {
    let asked = 0;
    const reader: GpuReader = () => {
      asked++;
      return asked < 3
        ? Promise.resolve({ utilization: 0.9, memoryBytes: asked })
        : Promise.reject(new Error("It fell off the bus."));
    };
    const reports = [usage(1, 1), usage(2, 2), usage(3, 3), usage(4, 4)];
    const onGpu = await measure([started("CUDA (NVIDIA GPU)"), ...reports], reader);
    assertEquals(onGpu.map(({ gpu }) => gpu), [
      { utilization: 0.9, memoryBytes: 1 },
      { utilization: 0.9, memoryBytes: 2 },
      null,
    ]);
    assertEquals(asked, 4);
    await measure([started("CPU (with 2 threads)"), ...reports], reader);
    assertEquals(asked, 4);
  });
});

describe("createGpuReader()", () => {
  /** A program in place of NVIDIA's. */
  async function withDriver<T>(
    script: string,
    use: (path: string, folder: string) => Promise<T>,
  ): Promise<T> {
    using folder = temporaryFolder();
    const path = join(folder.path, "nvidia-smi");
    await Deno.writeTextFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return await use(path, folder.path);
  }

  it("reads utilization and memory of the GPU that is named, wherever its program lies", async () => {
    const script = `echo "$@" > "$(dirname "$0")/asked"; echo "87, 1024"`;
    await withDriver(script, async (path, folder) => {
      const read = createGpuReader("GPU-1234", ["/nowhere/nvidia-smi", path]);
      assertEquals(await read(), { utilization: 0.87, memoryBytes: 2 ** 30 });
      const asked = await Deno.readTextFile(join(folder, "asked"));
      const query = "--query-gpu=utilization.gpu,memory.used --format=csv,noheader,nounits";
      assertEquals(asked.trim(), `--id=GPU-1234 ${query}`);
    });
  });

  it("knows what the driver does not say", async () => {
    await withDriver(`echo "[N/A], 300"`, async (path) => {
      const usage = { utilization: null, memoryBytes: 300 * 2 ** 20 };
      assertEquals(await createGpuReader("0", [path])(), usage);
    });
  });

  it("says nothing where there is no driver, or it fails", async () => {
    assertEquals(await createGpuReader("0", ["/nowhere/nvidia-smi"])(), null);
    await withDriver("echo No devices were found; exit 6", async (path) => {
      assertEquals(await createGpuReader("0", [path])(), null);
    });
  });
});

describe("a run's log", () => {
  it("holds the measurements of every attempt, and is whole all the same", async () => {
    using folder = temporaryFolder();
    const path = (name: string) => join(folder.path, name);
    const store = await openSqliteStore(path("runs.db"));
    const checkpoints = openFolderStore(path("checkpoints"));
    const { run: { id } } = await store.create({ name: "r", spec: aSpec() });
    const figures = countingStore(store);
    // The first process dies in the second epoch.
    const program = fakeTrainerProgram("usage=1", "kill=6", "times=1", `count=${path("count")}`);
    const trainer = createTrainerProcess({ dataFolder: "data", program });
    const leaseMs = 60_000;
    for (let attempt = 1; attempt <= 2; attempt++) {
      const claim = present(await store.claim({ worker: "w", leaseMs, runId: id }));
      await runAttempt({
        ...{ store: figures.store, trainer, checkpoints, claim, leaseMs },
        ...{ scratch: path("scratch"), signal: new AbortController().signal },
      });
    }
    const events = await readAll(store, id);
    await checkWhole(store, id);
    const second = events.findIndex((event) => event.type === "claimed" && event.attempt === 2);
    const systems = [events.slice(0, second), events.slice(second)].map((part) =>
      part.filter(({ type }) => type === "system")
    );
    for (const part of systems) assert(part.length > 0, "each attempt is measured");
    const { cpuCores, samplesPerSecond } = ofType("system", systems[0]?.[0]);
    // The first report is what the second is held against: two steps came in between.
    assertEquals([cpuCores, samplesPerSecond], [0.5, 64]);

    const { eventsAppended, samplesTrained, training } = figures.read();
    // All but those of the store's own: 'queued', and 'claimed' twice.
    assertEquals(eventsAppended, events.length - 3);
    assertEquals(samplesTrained, 12 * 32);
    assertEquals(training?.cpuCores, 0.5);
    figures.rest();
    assertEquals(figures.read().training, null);
    await store.close();
  });
});
