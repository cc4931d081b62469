/** Synthetic runs, which have everything that a run can have: epochs, batches, checkpoints, every kind of end. */
import { join } from "node:path";
import type { ImageDataset, Split } from "../../data/dataset.ts";
import { checkpointName, writeCheckpoint } from "../../ml/checkpoint/checkpoint.ts";
import { stateShapes } from "../../ml/checkpoint/state_shapes.ts";
import { DEFAULT_RECIPE, type Recipe, RECIPE_NAMES } from "../../ml/spec/recipes.ts";
import { resolveSpec } from "../../ml/spec/resolve.ts";
import { stepsPerEpoch, type TrainingSpec } from "../../ml/spec/spec.ts";
import type { CheckpointStore } from "../../runs/checkpoints/store.ts";
import type { CheckpointEvent } from "../../runs/log/events/checkpoints/checkpoint.ts";
import type { RunEventBody } from "../../runs/log/event.ts";
import { registerWorker, type Registration } from "../../runs/worker/registration.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { elementCount } from "../../ml/graph/tensor.ts";

/** The store and folders of the runs. */
export interface RunStores {
  readonly store: RunStore;
  readonly checkpoints: CheckpointStore;
  /** Folder for temporary files. */
  readonly home: string;
}

/** Number of images of a split: enough for pages, few enough for fast evaluations. */
const SAMPLES = 40;

/** Last events of runs after their epochs; none for one that is still in training. */
const ENDINGS: readonly (readonly RunEventBody[])[] = [
  [{ type: "completed" }],
  [{ type: "failed", error: "Cannot train: made up." }],
  [{ type: "pauseRequested" }, { type: "paused", reason: null }],
  [{ type: "cancelRequested" }, { type: "cancelled" }],
  [{ type: "interrupted", reason: "made up", crashed: true }],
  [],
];

const WORKER = "made up";

/** A worker's lease that outlasts every round. */
const LEASE_MS = 24 * 60 * 60 * 1000;

const DEVICE = "CPU (made up)";
const ENGINE = "made up 1.0";

/** Creates a run for each ending and one for each other recipe. Returns their ids. */
export async function writeFakeRuns(stores: RunStores): Promise<readonly string[]> {
  const ids: string[] = [];
  const others = RECIPE_NAMES.filter((recipe) => recipe !== DEFAULT_RECIPE);
  for (const ending of ENDINGS) ids.push(await writeFakeRun(stores, DEFAULT_RECIPE, ending));
  for (const recipe of others) {
    ids.push(await writeFakeRun(stores, recipe, [{ type: "completed" }]));
  }
  return ids;
}

async function writeFakeRun(
  { store, checkpoints, home }: RunStores,
  recipe: Recipe,
  ending: readonly RunEventBody[],
): Promise<string> {
  const spec = resolveSpec({
    recipe,
    epochs: 2,
    batchSize: 10,
    learningRate: 0.01,
    seed: 1,
    device: "CPU",
  }, { trainSize: SAMPLES, testSize: SAMPLES });
  const { run: { id } } = await store.create({ name: `${recipe} ${ending.length}`, spec });
  const claim = await store.claim({ worker: WORKER, leaseMs: LEASE_MS, runId: id });
  if (!claim) throw new Error("The run must be there to be claimed.");
  const steps = stepsPerEpoch(spec);
  const events: RunEventBody[] = [
    {
      type: "started",
      device: DEVICE,
      engine: ENGINE,
      stepsPerEpoch: steps,
      steps: steps * spec.epochs,
      parameters: 1,
    },
    {
      type: "system",
      cpuCores: 1,
      memoryBytes: 1e9,
      samplesPerSecond: 1000,
      gpu: { utilization: 0.5, memoryBytes: 1e9 },
    },
  ];
  for (let epoch = 1; epoch <= spec.epochs; epoch++) {
    events.push(...await writeFakeEpoch({ checkpoints, home }, id, spec, epoch));
  }
  let appends = 0;
  for (const event of [...events, ...ending]) await store.append(claim, ++appends, [event]);
  return id;
}

/** Writes the checkpoint of an epoch. Returns the epoch's events. */
async function writeFakeEpoch(
  { checkpoints, home }: Pick<RunStores, "checkpoints" | "home">,
  runId: string,
  spec: TrainingSpec,
  epoch: number,
): Promise<readonly RunEventBody[]> {
  const steps = stepsPerEpoch(spec);
  const step = epoch * steps;
  const file = checkpointName(step);
  const path = join(home, file);
  const written = await writeCheckpoint(path, {
    spec,
    step,
    epoch,
    device: DEVICE,
    engine: ENGINE,
    epochLoss: 0,
    epochCorrect: 0,
    epochSeconds: 0,
    scheduleState: null,
    earlyStopping: null,
    state: [...stateShapes(spec)].map(([name, shape]) => ({
      name,
      shape,
      values: Float32Array.from({ length: elementCount(shape) }, (_, at) => Math.sin(at) / 10),
    })),
  });
  await checkpoints.put(runId, file, path);
  return [
    {
      type: "batches",
      epoch,
      firstStep: step - steps + 1,
      samplesPerSecond: 1000,
      losses: Array.from({ length: steps }, (_, at) => Math.fround(1 / (step + at))),
      accs: Array.from({ length: steps }, () => 0.5),
    },
    {
      type: "epoch",
      number: epoch,
      trainAcc: 0.5,
      trainLoss: 1,
      testLoss: 1,
      seconds: 1,
      testAcc: 0.5 + epoch / 10,
      learningRate: spec.learningRate,
    },
    { type: "log", level: "info", message: "made up" },
    { type: "checkpoint", step, epoch, file, ...written, reason: "epoch", testAcc: 0.5 },
    { type: "checkpointNamed", file, name: `after ${epoch}` },
    // A checkpoint in between was pruned.
    ...goneCheckpoint({ ...written, step: step - 1, epoch }),
  ];
}

function goneCheckpoint(
  at: Pick<CheckpointEvent, "step" | "epoch" | "bytes" | "sha256">,
): readonly RunEventBody[] {
  const file = checkpointName(at.step, 9);
  return [
    { type: "checkpoint", ...at, file, reason: "interval", testAcc: null },
    { type: "checkpointRemoved", file, unusable: false },
  ];
}

/** Registers the worker that has claimed the runs. */
export function registerFakeWorker(store: RunStore, runId: string | undefined): Registration {
  const reason = "There is none: made up.";
  return registerWorker(
    store,
    {
      id: WORKER,
      host: "made up",
      pid: 1,
      version: "0.0.0",
      runId: runId ?? null,
      devices: [
        { kind: "CPU", name: "CPU (made up)", available: true },
        { kind: "CUDA", name: "CUDA", available: false, reason },
      ],
      trouble: "A disk is full: made up.",
      startedAt: new Date().toISOString(),
    },
    () => ({ eventsAppended: 1, samplesTrained: 1, cpuSeconds: 1, memoryBytes: 1, training: null }),
  );
}

/** Returns images of MNIST's shape for any name: the schema checks the names of datasets. */
export function fakeDataset(name: string, split: Split): ImageDataset {
  return {
    name,
    split,
    count: SAMPLES,
    images: Uint8Array.from({ length: SAMPLES * 28 * 28 }, (_, at) => at % 256),
    labels: Uint8Array.from({ length: SAMPLES }, (_, at) => at % 10),
    imageShape: [28, 28, 1],
    classes: Array.from({ length: 10 }, (_, label) => String(label)),
  };
}
