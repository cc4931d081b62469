/** A fake run: its spec, the events of its training, its checkpoints and its log. */
import { join } from "node:path";
import { checkpointName, writeCheckpoint } from "../../ml/checkpoint/checkpoint.ts";
import { stateShapes } from "../../ml/checkpoint/state_shapes.ts";
import type { EpochEvent, TrainingEvent } from "../../ml/training/events.ts";
import type { SaveReason } from "../../ml/training/checkpointing.ts";
import { resolveSpec } from "../../ml/spec/resolve.ts";
import { stepsPerEpoch, type TrainingRequest, type TrainingSpec } from "../../ml/spec/spec.ts";
import type { RunEvent, RunEventType } from "../../runs/log/event.ts";
import type { RunStore } from "../../runs/store/store.ts";
import type { WrittenCheckpoint } from "../../runs/trainer/trainer.ts";
import { elementCount } from "../../ml/graph/tensor.ts";

/** Numbers of samples of MNIST. */
export const MNIST_SIZE = { trainSize: 60_000, testSize: 10_000 } as const;

/** A complete spec of a small training: 4 steps an epoch, 3 epochs. */
export function aSpec(change: TrainingRequest = {}): TrainingSpec {
  return resolveSpec({
    recipe: "BASIC_CNN",
    dataset: "mnist",
    epochs: 3,
    batchSize: 32,
    learningRate: 0.01,
    seed: 1,
    device: "CPU",
    trainSamples: 128,
    testSamples: 32,
    ...change,
  }, MNIST_SIZE);
}

/** Yields the events of a fake training: the same every time, as of a real one on one device. */
export function* aTraining(spec: TrainingSpec, chunk = 2): Generator<TrainingEvent> {
  const perEpoch = stepsPerEpoch(spec);
  yield {
    type: "started",
    device: "CPU (a test)",
    engine: "made up",
    stepsPerEpoch: perEpoch,
    steps: perEpoch * spec.epochs,
    parameters: 10,
  };
  for (let epoch = 1; epoch <= spec.epochs; epoch++) {
    for (let from = 0; from < perEpoch; from += chunk) {
      const firstStep = (epoch - 1) * perEpoch + from + 1;
      const count = Math.min(chunk, perEpoch - from);
      yield {
        type: "batches",
        epoch,
        firstStep,
        losses: Array.from({ length: count }, (_, step) => lossAt(spec.seed, firstStep + step)),
        accs: Array.from({ length: count }, (_, step) => Math.fround((firstStep + step) / 1e6)),
        samplesPerSecond: 1000,
      };
    }
    yield anEpoch(epoch);
  }
}

/** Yields the events of a fake training that resumes after a step; an epoch that ends with it is evaluated. */
export function* aTrainingAfter(
  spec: TrainingSpec,
  step: number,
  chunk = 2,
): Generator<TrainingEvent> {
  const perEpoch = stepsPerEpoch(spec);
  for (const event of aTraining(spec, chunk)) {
    if (event.type === "started") yield event;
    if (event.type === "epoch" && event.number * perEpoch > step) yield event;
    if (event.type !== "batches") continue;
    const done = Math.max(0, step - event.firstStep + 1);
    if (done >= event.losses.length) continue;
    const [losses, accs] = [event.losses.slice(done), event.accs.slice(done)];
    yield { ...event, firstStep: event.firstStep + done, losses, accs };
  }
}

/** Values of a network's arrays by name. */
export type Weights = ReadonlyMap<string, Float32Array>;

/** Writes a good checkpoint of a made-up training: whole epochs up to the step are evaluated. */
export async function aCheckpoint(
  folder: string,
  spec: TrainingSpec,
  step: number,
  { reason = "interval", weights = new Map() }: {
    readonly reason?: SaveReason;
    /** The other arrays hold the step. */
    readonly weights?: Weights | undefined;
  } = {},
): Promise<WrittenCheckpoint> {
  const perEpoch = stepsPerEpoch(spec);
  const path = join(folder, checkpointName(step));
  const written = await writeCheckpoint(path, {
    spec,
    step,
    epoch: Math.floor(step / perEpoch) + 1,
    epochLoss: 0,
    epochCorrect: 0,
    epochSeconds: 0,
    scheduleState: null,
    earlyStopping: null,
    device: "CPU (a test)",
    engine: "made up",
    state: [...stateShapes(spec)].map(([name, shape]) => ({
      name,
      shape,
      values: weights.get(name) ?? new Float32Array(elementCount(shape)).fill(step),
    })),
  });
  const epoch = Math.ceil(step / perEpoch);
  const testAcc = step % perEpoch === 0 ? anEpoch(epoch).testAcc : null;
  return { type: "checkpoint", step, epoch, path, ...written, reason, testAcc };
}

/** The loss of a step of a made-up training: a float32. */
export function lossAt(seed: number, step: number): number {
  return Math.fround(2 / (1 + step) + seed / 7);
}

export function anEpoch(number: number): EpochEvent {
  return {
    type: "epoch",
    number,
    trainAcc: 0.9,
    trainLoss: 0.3,
    testAcc: number / 1000,
    testLoss: 0.2,
    learningRate: 0.01,
    seconds: 1,
  };
}

/** An event that must be of a type. */
export function ofType<Type extends RunEventType>(
  type: Type,
  event: RunEvent | undefined,
): RunEvent<Type> {
  if (event?.type !== type) throw new Error(`It must be '${type}', got '${event?.type}'.`);
  return event as RunEvent<Type>;
}

/** Every event of a run. */
export async function readAll(store: RunStore, runId: string): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for (;;) {
    const page = await store.read(runId, { afterSeq: events.at(-1)?.seq ?? 0, limit: 500 });
    events.push(...page);
    if (page.length < 500) return events;
  }
}
