/**
 * Training: a spec in, events out. The numbers depend on the spec and the device alone. The number of steps per call of
 * the engine depends on the clock, so that signals and events are handled several times a second.
 */
import type { LabelledDataset } from "../../data/dataset.ts";
import { epochOrder } from "../../data/random.ts";
import { drawAugmentations } from "../augmentation/draws.ts";
import type { Checkpoint } from "../checkpoint/checkpoint.ts";
import type { Engine, Session } from "../engines/engine.ts";
import type { EpochEvent, TrainingEvent } from "./events.ts";
import { drainEventLoop } from "../../lib/event_loop.ts";
import { parametersOf } from "../network/network.ts";
import {
  type Checkpointer,
  type CheckpointPolicy,
  createCheckpointer,
  isOver,
  nextEpoch,
  type Position,
  startOf,
  UNTESTED,
} from "./checkpointing.ts";
import { toContinue, withWeights } from "../checkpoint/kept_state.ts";
import { type BestWeights, bestWeights } from "./best_weights.ts";
import { mustStop } from "./early_stopping.ts";
import { evaluateEpoch } from "./evaluation.ts";
import { confusionMatrix } from "../metrics.ts";
import { diverged } from "./diverged.ts";
import { planTraining } from "./plan.ts";
import { learningRateAt, ratesOfSteps } from "../schedules/rates.ts";
import { ratePlan, samplesPerEpoch, stepsPerEpoch, type TrainingSpec } from "../spec/spec.ts";
import type { StateArray } from "../state.ts";
import { elementCount } from "../graph/tensor.ts";
import { TRAINING_CALL_MS } from "../timeouts.ts";

/** The inputs of a training beside its spec. */
export interface TrainingInputs {
  readonly engine: Engine;
  /** The whole sets, of which the spec may use a part. */
  readonly train: LabelledDataset;
  readonly test: LabelledDataset;
  /** A checkpoint of this training to continue from. */
  readonly from?: Checkpoint | undefined;
  /** Weights and buffers to begin with, in place of random ones. Without effect if it continues from a checkpoint. */
  readonly weights?: readonly StateArray[] | undefined;
  /** Saves checkpoints. */
  readonly saving?: CheckpointPolicy | undefined;
  /** Stops the training: within one call of the engine, its progress is saved and train() returns. */
  readonly stop?: AbortSignal | undefined;
  /** Ends the training at once: within one call of the engine, train() throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Trains a network: from its initial weights, or from a checkpoint.
 *
 * @example
 * ```ts
 * import { openDataset } from "../../data/storage/open.ts";
 * import { selectEngine } from "../engines/registry.ts";
 * import { resolveSpec } from "../spec/resolve.ts";
 *
 * const trainSet = await openDataset("mnist", "train", ".epochql/data");
 * const testSet = await openDataset("mnist", "test", ".epochql/data");
 * const sizes = { trainSize: trainSet.count, testSize: testSet.count };
 * const spec = resolveSpec({ epochs: 1, trainSamples: 1000, seed: 1 }, sizes);
 * const engine = await selectEngine(spec.device);
 * for await (const event of train(spec, { engine, train: trainSet, test: testSet })) {
 *   if (event.type === "epoch") console.log(event.testAcc);
 * }
 * ```
 * @throws {DivergedError} when a loss is not finite; the events of the steps before it are yielded first
 * @throws the signal's reason when it is aborted
 */
export async function* train(
  spec: TrainingSpec,
  { engine, train, test, from, weights, saving, stop, signal }: TrainingInputs,
): AsyncGenerator<TrainingEvent, void, void> {
  signal?.throwIfAborted();
  const { network } = spec;
  const { plan, trained } = planTraining(spec, { train, test });
  const session = await engine.prepare(plan);
  try {
    const start = from && toContinue(from);
    if (start) await session.writeState(start.state);
    else if (weights) await session.writeState(withWeights(await session.readState(), weights));
    yield {
      type: "started",
      device: session.device,
      engine: session.engine,
      stepsPerEpoch: stepsPerEpoch(spec),
      steps: stepsPerEpoch(spec) * spec.epochs,
      parameters: parametersOf(network).reduce((sum, { shape }) => sum + elementCount(shape), 0),
    };
    let position: Position = from ? checkpointPosition(from) : startOf(spec);
    const best = bestWeights(spec, start?.best);
    const saver = createCheckpointer(spec, session, position, saving, best.get);
    const pace = createStepBudget(session.stepsPerCall);
    while (!isOver(spec, position)) {
      position = yield* trainEpoch(spec, position, {
        session,
        trained,
        test: plan.test,
        best,
        saver,
        pace,
        stop,
        signal,
      });
      if (stop?.aborted && !isOver(spec, position)) return await saver.atStop(position);
      await saver.atEpochEnd(position);
    }
  } finally {
    session.dispose();
  }
}

/** The context that the epochs of a training share. */
interface EpochContext {
  readonly session: Session;
  /** The training samples that are not kept for validation. */
  readonly trained: Int32Array;
  /** The test set. */
  readonly test: LabelledDataset;
  readonly best: BestWeights;
  readonly saver: Checkpointer;
  readonly pace: StepBudget;
  readonly stop: AbortSignal | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Trains an epoch from a position within it.
 *
 * @returns the position reached: the next epoch or, if it was stopped, a position within this one
 */
async function* trainEpoch(
  spec: TrainingSpec,
  from: Position,
  { session, trained, test, best, saver, pace, stop, signal }: EpochContext,
): AsyncGenerator<TrainingEvent, Position, void> {
  const { seed, batchSize } = spec;
  const samples = samplesPerEpoch(spec);
  const { epoch, scheduleState } = from;
  const clock = stopwatch(from.epochSeconds);
  const order = epochOrder(seed, epoch, samples).map((place) => trained[place] ?? 0);
  const stepsBefore = (epoch - 1) * stepsPerEpoch(spec);
  let { step, epochLoss, epochCorrect } = from;
  const rates = ratePlan(spec);
  // The accuracies of the epoch before belong to a place where nothing of this one is trained.
  const position = (): Position => ({
    ...from,
    ...step !== from.step && UNTESTED,
    step,
    epochLoss,
    epochCorrect,
    epochSeconds: clock.seconds(),
  });
  for (;;) {
    const begin = Math.min((step - stepsBefore) * batchSize, samples);
    if (begin === samples) break;
    await drainEventLoop();
    signal?.throwIfAborted();
    if (stop?.aborted) return position();
    const steps = Math.min(pace.steps(), saver.stepsLeft(position()));
    const end = Math.min(begin + steps * batchSize, samples);
    const firstStep = step + 1;
    const started = clock.seconds();
    const now = ratesOfSteps(rates, step, Math.ceil((end - begin) / batchSize), scheduleState);
    const batches = order.subarray(begin, end);
    const draws = drawAugmentations(spec, epoch, batches);
    const metrics = await session.trainSteps(batches, firstStep, now, draws);
    const seconds = clock.seconds() - started;
    pace.took(seconds * 1000, metrics.losses.length);

    const sizeAt = (at: number) => Math.min(batchSize, samples - begin - at * batchSize);
    const failed = metrics.losses.findIndex((value) => !Number.isFinite(value));
    const losses = [...metrics.losses.subarray(0, failed < 0 ? undefined : failed)];
    const accs = losses.map((_, at) => (metrics.correct[at] ?? 0) / sizeAt(at));
    // Step by step, as the last bits of a sum depend on the order, and the calls on the clock.
    for (const [at, loss] of losses.entries()) {
      epochLoss += loss * sizeAt(at);
      epochCorrect += metrics.correct[at] ?? 0;
    }
    step += losses.length;
    clock.pause();
    const samplesPerSecond = (end - begin) / seconds;
    if (losses.length > 0) {
      yield { type: "batches", epoch, firstStep, losses, accs, samplesPerSecond };
    }
    if (failed >= 0) {
      throw diverged(spec, `the loss is not a finite number at step ${firstStep + failed}`);
    }
    await saver.onWay(position());
    clock.go();
  }
  const evaluated = await evaluateEpoch(spec, session, epoch, { stop, signal });
  if (!evaluated) return position();
  const { test: tested, validation } = evaluated;
  const event: EpochEvent = {
    type: "epoch",
    number: epoch,
    trainAcc: epochCorrect / samples,
    trainLoss: epochLoss / samples,
    testAcc: tested.acc,
    testLoss: tested.loss,
    ...validation && { validationAcc: validation.acc, validationLoss: validation.loss },
    confusion: confusionMatrix(test.labels, tested.predicted, test.classes.length),
    learningRate: learningRateAt(rates, step - 1, scheduleState),
    seconds: clock.seconds(),
  };
  const next = nextEpoch(spec, position(), event);
  if (next.earlyStopping?.best?.epoch === epoch) await best.keep(session);
  yield { ...event, ...next.isStopped && epoch < spec.epochs && { stopsEarly: true } };
  return next;
}

function checkpointPosition(
  { spec, epoch, step, epochLoss, epochCorrect, epochSeconds, scheduleState, earlyStopping }:
    Checkpoint,
): Position {
  return {
    epoch,
    step,
    epochLoss,
    epochCorrect,
    epochSeconds,
    scheduleState,
    ...UNTESTED,
    // A training that goes on after early stopping is given its patience anew.
    earlyStopping: mustStop(spec, earlyStopping)
      ? { best: earlyStopping?.best ?? null, wait: 0 }
      : earlyStopping,
  };
}

/** The number of steps per call of the engine. */
interface StepBudget {
  steps(): number;
  took(milliseconds: number, steps: number): void;
}

/** Starts with one step, whose duration is a poor estimate, and grows to what fits into TRAINING_CALL_MS. */
function createStepBudget(most: number): StepBudget {
  let steps = 1;
  return {
    steps: () => steps,
    took(milliseconds, done) {
      const fitting = Math.floor((TRAINING_CALL_MS * done) / Math.max(milliseconds, 1e-3));
      steps = Math.max(1, Math.min(most, fitting, steps * 8));
    },
  };
}

/** Measures working time, in addition to an earlier measurement and without pauses. */
function stopwatch(before: number) {
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
