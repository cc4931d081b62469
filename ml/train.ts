/**
 * Training: a spec in, events out. It orders the samples, drives an engine, adds up the metrics, and stops
 * when it is told to. What the numbers are depends on the spec and the device alone; how many steps go into one
 * call of the engine depends on the clock, so that signals and events get through several times a second.
 */
import { setImmediate } from "node:timers/promises";
import { type ImageDataset, takeFirst } from "../data/dataset.ts";
import { epochOrder } from "../data/random.ts";
import type { Engine, Session } from "./engines/engine.ts";
import type { TrainingEvent } from "./event.ts";
import { parametersOf, sizeOf } from "./network.ts";
import { PRESETS } from "./presets.ts";
import { stepsPerEpoch, type TrainingSpec } from "./spec.ts";

/** What training needs beside its spec. */
export interface TrainingMaterial {
  readonly engine: Engine;
  /** The whole sets; the spec says how much of them is used. */
  readonly train: ImageDataset;
  readonly test: ImageDataset;
  /** Stops the training: within one call of the engine, train() throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A training whose loss is no number any more: more steps would teach nothing. */
export class DivergedError extends Error {
  override readonly name = "DivergedError";
}

/** How long one call of the engine should take, in milliseconds. */
const CALL_MILLISECONDS = 200;

/**
 * Trains a network from its initial weights.
 *
 * @example
 * ```ts
 * const spec = resolveSpec({ seed: 1 }, { trainSize: train.count, testSize: test.count });
 * const engine = await selectEngine(spec.device);
 * for await (const event of train(spec, { engine, train, test })) {
 *   if (event.type === "epoch") console.log(event.testAcc);
 * }
 * ```
 * @throws {DivergedError} when a loss is not finite; the events of the steps before it are yielded first
 * @throws the signal's reason when it is aborted
 */
export async function* train(
  spec: TrainingSpec,
  { engine, train, test, signal }: TrainingMaterial,
): AsyncGenerator<TrainingEvent, void, void> {
  signal?.throwIfAborted();
  const { network, optimizer } = PRESETS[spec.recipe];
  const session = await engine.prepare({
    network,
    optimizer,
    learningRate: spec.learningRate,
    batchSize: spec.batchSize,
    seed: spec.seed,
    train: takeFirst(train, spec.trainSamples),
    test: takeFirst(test, spec.testSamples),
  });
  try {
    yield {
      type: "started",
      device: session.device,
      engine: session.engine,
      stepsPerEpoch: stepsPerEpoch(spec),
      steps: stepsPerEpoch(spec) * spec.epochs,
      parameters: parametersOf(network).reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    };
    const pace = paceOf(session.stepsPerCall);
    for (let epoch = 1; epoch <= spec.epochs; epoch++) {
      yield* trainEpoch(spec, epoch, session, pace, signal);
    }
  } finally {
    session.dispose();
  }
}

async function* trainEpoch(
  spec: TrainingSpec,
  epoch: number,
  session: Session,
  pace: Pace,
  signal: AbortSignal | undefined,
): AsyncGenerator<TrainingEvent, void, void> {
  const { seed, batchSize, trainSamples } = spec;
  const clock = stopwatch();
  const order = epochOrder(seed, epoch, trainSamples);
  const stepsBefore = (epoch - 1) * stepsPerEpoch(spec);
  let loss = 0;
  let correct = 0;
  for (let begin = 0; begin < trainSamples;) {
    // Signals and messages get through while the loop turns.
    await setImmediate();
    signal?.throwIfAborted();
    const end = Math.min(begin + pace.steps() * batchSize, trainSamples);
    const firstStep = stepsBefore + begin / batchSize + 1;
    const started = clock.seconds();
    const metrics = await session.trainSteps(order.subarray(begin, end), firstStep);
    const seconds = clock.seconds() - started;
    pace.took(seconds * 1000, metrics.losses.length);

    const sizeAt = (step: number) => Math.min(batchSize, trainSamples - begin - step * batchSize);
    const failed = metrics.losses.findIndex((value) => !Number.isFinite(value));
    const losses = [...metrics.losses.subarray(0, failed < 0 ? undefined : failed)];
    const accs = losses.map((_, step) => (metrics.correct[step] ?? 0) / sizeAt(step));
    loss += losses.reduce((sum, value, step) => sum + value * sizeAt(step), 0);
    correct += metrics.correct.reduce((sum, hits) => sum + hits, 0);
    if (losses.length > 0) {
      const samplesPerSecond = (end - begin) / seconds;
      clock.pause();
      yield { type: "batches", epoch, firstStep, losses, accs, samplesPerSecond };
      clock.go();
    }
    if (failed >= 0) {
      throw diverged(spec, `the loss is not a finite number at step ${firstStep + failed}`);
    }
    begin = end;
  }
  const tested = await session.evaluate(signal);
  if (!Number.isFinite(tested.loss)) {
    throw diverged(spec, `the test loss is not a finite number after epoch ${epoch}`);
  }
  yield {
    type: "epoch",
    number: epoch,
    trainAcc: correct / trainSamples,
    trainLoss: loss / trainSamples,
    testAcc: tested.acc,
    testLoss: tested.loss,
    learningRate: spec.learningRate,
    seconds: clock.seconds(),
  };
}

function diverged({ learningRate }: TrainingSpec, what: string): DivergedError {
  return new DivergedError(
    `Cannot go on training: ${what}; lower learningRate (got ${learningRate}).`,
  );
}

/** How many steps go into a call. */
interface Pace {
  steps(): number;
  took(milliseconds: number, steps: number): void;
}

/** Starts with one step, whose time tells little, and grows to what fits into the time of a call. */
function paceOf(most: number): Pace {
  let steps = 1;
  return {
    steps: () => steps,
    took(milliseconds, done) {
      const fitting = Math.floor((CALL_MILLISECONDS * done) / Math.max(milliseconds, 1e-3));
      steps = Math.max(1, Math.min(most, fitting, steps * 8));
    },
  };
}

/** Measures working time: it stands still while paused. */
function stopwatch() {
  let before = 0;
  let since: number | undefined = performance.now();
  const seconds = () => before + (since === undefined ? 0 : (performance.now() - since) / 1000);
  return {
    seconds,
    pause() {
      before = seconds();
      since = undefined;
    },
    go() {
      since = performance.now();
    },
  };
}
