/**
 * Measures predictions: in the native engine's process beside WebAssembly's thread, and over HTTP in batches beside
 * `predict` one by one on a server that has WebAssembly alone. Both take turns.
 */
import { join } from "node:path";
import { checkpointName, writeCheckpoint } from "../ml/checkpoint/checkpoint.ts";
import { stateShapes } from "../ml/checkpoint/state_shapes.ts";
import type { CheckpointSource, Classifier } from "../ml/engines/classifier.ts";
import { createClassifier } from "../ml/engines/wasm/thread.ts";
import { elementCount } from "../ml/graph/tensor.ts";
import { initialState } from "../ml/network/init.ts";
import { openFolderStore } from "../runs/checkpoints/folder.ts";
import { checkpointsFolder } from "../runs/paths.ts";
import { createPredictorProcess } from "../runs/predictor/process.ts";
import { openStore } from "../runs/store/open.ts";
import { startServer, startServerAlone } from "./server.ts";
import { minimum } from "./report/statistics.ts";
import { type BenchNetwork, benchSpec } from "./training/spec.ts";
import { startRun } from "./written_run.ts";

/** The networks and the sizes of requests that are measured. */
export const PREDICTED = ["BASIC_CNN", "RESNET_SMALL"] as const satisfies readonly BenchNetwork[];
export const REQUEST_SIZES = [1, 32] as const;

/** Milliseconds an image, of requests of a size. */
export interface PredictionTimes {
  readonly network: typeof PREDICTED[number];
  readonly size: typeof REQUEST_SIZES[number];
  readonly native: number;
  readonly wasm: number;
}

/** Milliseconds an image over HTTP. */
export interface ServedTimes {
  readonly network: typeof PREDICTED[number];
  /** In batches of 32, by the Open Inference Protocol. */
  readonly batches: number;
  /** By `predict`, one after the other. */
  readonly single: number;
  /** The same where the server has WebAssembly alone. */
  readonly singleInWasm: number;
}

/** Predictions of one round. */
export interface PredictSample {
  readonly times: readonly PredictionTimes[];
  readonly served: readonly ServedTimes[];
}

const BATCH = 32;
const PIXELS = 28 * 28;

/** Turns of each that is measured, and their length; the fastest counts. */
const TURNS = 4;
const TURN_MS = 400;

/** Measures predictions once. @param home a folder, which is filled */
export async function measurePredictions(home: string): Promise<PredictSample> {
  const models: Model[] = [];
  for (const network of PREDICTED) models.push(await writeModel(home, network));
  const times = await measureClassifiers(home, models);
  return { times, served: await measureServers(home, models) };
}

/** A run with a checkpoint. */
interface Model {
  readonly network: typeof PREDICTED[number];
  /** Of the run, in the API. */
  readonly id: string;
  readonly path: string;
  readonly sha256: string;
}

/** Writes a run of one step, with a checkpoint of initial weights. */
async function writeModel(home: string, network: typeof PREDICTED[number]): Promise<Model> {
  const spec = benchSpec(network);
  const weights = new Map(initialState(spec.network, 1).map(({ name, values }) => [name, values]));
  const path = join(home, `${network}.safetensors`);
  const written = await writeCheckpoint(path, {
    spec,
    step: 1,
    epoch: 1,
    epochLoss: 0,
    epochCorrect: 0,
    epochSeconds: 0,
    scheduleState: null,
    earlyStopping: null,
    device: "CPU",
    engine: "bench",
    state: [...stateShapes(spec)].map(([name, shape]) => ({
      name,
      shape,
      values: weights.get(name) ?? new Float32Array(elementCount(shape)),
    })),
  });
  const store = await openStore({ home });
  try {
    const run = await startRun(store, { name: network, spec });
    const file = checkpointName(1);
    const kept = join(home, "kept");
    await Deno.copyFile(path, kept);
    await openFolderStore(checkpointsFolder(home)).put(run.claim.run.id, file, kept);
    await run.train(1);
    await run.append({
      type: "checkpoint",
      step: 1,
      epoch: 1,
      file,
      ...written,
      reason: "interval",
      testAcc: null,
    });
    return { network, id: run.id, path, sha256: written.sha256 };
  } finally {
    await store.close();
  }
}

async function measureClassifiers(
  home: string,
  models: readonly Model[],
): Promise<readonly PredictionTimes[]> {
  const native = createPredictorProcess({ scratch: home });
  const wasm = createClassifier();
  const times: PredictionTimes[] = [];
  try {
    for (const { network, path, sha256 } of models) {
      const source: CheckpointSource = { sha256, lend: (use) => use(path) };
      for (const size of REQUEST_SIZES) {
        const images = imagesOf(size);
        const by = (classifier: Classifier) => async () =>
          void await classifier.classify(source, images);
        const [ours = NaN, before = NaN] = await takeTurns([by(native), by(wasm)]);
        times.push({ network, size, native: ours / size, wasm: before / size });
      }
    }
    return times;
  } finally {
    native.close();
    wasm.close();
  }
}

async function measureServers(
  home: string,
  models: readonly Model[],
): Promise<readonly ServedTimes[]> {
  const native = await startServer(home, { WORKERS: "0" });
  const wasm = await startServerAlone(home);
  try {
    const served: ServedTimes[] = [];
    for (const { network, id } of models) {
      const single = ({ origin }: { readonly origin: string }) => () => predict(origin, id);
      const [batches = NaN, ours = NaN, before = NaN] = await takeTurns([
        () => inferBatch(native.origin, network),
        single(native),
        single(wasm),
      ]);
      served.push({ network, batches: batches / BATCH, single: ours, singleInWasm: before });
    }
    return served;
  } finally {
    await native.stop();
    await wasm.stop();
  }
}

/** Measures some kinds of work in turns, and returns the fewest milliseconds of each. */
async function takeTurns(works: readonly (() => Promise<void>)[]): Promise<readonly number[]> {
  for (const work of works) for (let time = 0; time < 3; time++) await work();
  const taken = works.map((): number[] => []);
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [at, work] of works.entries()) {
      const began = performance.now();
      let done = 0;
      for (; performance.now() - began < TURN_MS; done++) await work();
      taken[at]?.push((performance.now() - began) / done);
    }
  }
  return taken.map(minimum);
}

function imagesOf(count: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: count * PIXELS }, (_, at) => (at * 37 + (at >> 5)) % 256);
}

async function predict(origin: string, id: string): Promise<void> {
  const response = await fetch(`${origin}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      query: "query($id: ID!, $pixels: [Int!]!) { predict(runId: $id, pixels: $pixels) { label } }",
      variables: { id, pixels: [...imagesOf(1)] },
    }),
  });
  const body = await response.json();
  if (body.errors) throw new Error(`Cannot measure predictions: ${JSON.stringify(body.errors)}`);
}

async function inferBatch(origin: string, network: string): Promise<void> {
  const bytes = imagesOf(BATCH);
  const head = new TextEncoder().encode(JSON.stringify({
    inputs: [{
      name: "images",
      datatype: "UINT8",
      shape: [BATCH, 1, 28, 28],
      parameters: { binary_data_size: bytes.length },
    }],
  }));
  const response = await fetch(`${origin}/v2/models/${network}/infer`, {
    method: "POST",
    headers: {
      "content-type": "application/octet-stream",
      "inference-header-content-length": String(head.length),
    },
    body: new Blob([head, bytes]),
  });
  const body = await response.json();
  if (!response.ok) throw new Error(`Cannot measure predictions: ${JSON.stringify(body)}`);
}
