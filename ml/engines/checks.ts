/** Checks and counts that the sessions of all engines share. */
import { drawCount } from "../augmentation/stages.ts";
import { elementCount, sameShape, showShape } from "../graph/tensor.ts";
import { sumOfWeights } from "../losses/class_weights.ts";
import type { Network } from "../network/network.ts";
import type { StateArray } from "../state.ts";
import type { EvaluatedSet, Evaluation, StepRates, TrainingPlan } from "./engine.ts";
import type { Layouts, StateVariable } from "./state_variables.ts";

/** Full batches, and the samples of a last smaller one. */
export interface StepCount {
  readonly count: number;
  readonly rest: number;
}

/**
 * Counts the steps of a call.
 *
 * @throws {RangeError} if there are none or too many, or the last batch is neither full nor an epoch's last
 */
export function countSteps(
  plan: TrainingPlan,
  order: Int32Array,
  stepsPerCall: number,
): StepCount {
  const { batchSize } = plan;
  const count = Math.floor(order.length / batchSize);
  const rest = order.length % batchSize;
  if (order.length === 0 || count > stepsPerCall) {
    throw new RangeError(
      `Cannot train ${count} steps in a call: the number must be between 1 and ${stepsPerCall}.`,
    );
  }
  if (rest > 0 && rest !== (plan.train.count - (plan.validation?.length ?? 0)) % batchSize) {
    throw new RangeError(
      `Cannot train on a batch of ${rest}: it must be of ${batchSize}, or an epoch's last.`,
    );
  }
  return { count, rest };
}

/** Checks the numbers of the augmentations, and returns the input of a call for some of the samples. */
export function drawsOf(
  { augmentation = [] }: TrainingPlan,
  draws: Float32Array | undefined,
  samples: number,
): (begin: number, end: number) => { readonly draws?: Float32Array } {
  const perSample = drawCount(augmentation);
  const given = draws?.length ?? 0;
  if (given !== samples * perSample) {
    throw new RangeError(
      `Cannot train on ${samples} samples: there must be ${perSample} drawn numbers for each, got ${given}.`,
    );
  }
  return (begin, end) =>
    perSample > 0 && draws ? { draws: draws.subarray(begin * perSample, end * perSample) } : {};
}

/** Returns the rates of some steps, checked. */
export function ratesOf(
  { learningRate, cyclesMomentum = false }: TrainingPlan,
  rates: StepRates | undefined,
  steps: number,
): StepRates {
  const { learningRates = new Float32Array(steps).fill(learningRate), momenta } = rates ?? {};
  if (learningRates.length !== steps) {
    throw new RangeError(
      `Cannot train ${steps} steps: there must be as many learning rates, got ${learningRates.length}.`,
    );
  }
  const needed = cyclesMomentum ? steps : undefined;
  if (momenta?.length !== needed) {
    throw new RangeError(
      `Cannot train ${steps} steps: there must be ${needed ?? "no"} momenta, got ${
        momenta?.length ?? "none"
      }.`,
    );
  }
  return { learningRates, momenta };
}

/** The samples of a set, and the labels of the table that they are in. */
export interface EvaluatedSamples {
  readonly samples: Int32Array<ArrayBuffer>;
  readonly labels: Uint8Array | Int32Array;
}

/** Returns the samples of a set that is evaluated. */
export function samplesOf(
  { train, test, validation = new Int32Array() }: TrainingPlan,
  set: EvaluatedSet,
): EvaluatedSamples {
  return set === "test"
    ? { samples: Int32Array.from({ length: test.count }, (_, at) => at), labels: test.labels }
    : { samples: Int32Array.from(validation), labels: train.labels };
}

/** Scores predicted classes, with the sum of the losses. */
export function scored(
  plan: TrainingPlan,
  samples: Int32Array,
  labels: Uint8Array | Int32Array,
  predicted: Int32Array,
  loss: number,
): Evaluation {
  const correct = predicted.reduce(
    (sum, label, at) => sum + (label === labels[samples[at] ?? -1] ? 1 : 0),
    0,
  );
  const evaluated = Array.from(samples, (sample) => labels[sample] ?? 0);
  return {
    loss: loss / sumOfWeights(plan.loss, evaluated),
    acc: correct / samples.length,
    predicted,
  };
}

/**
 * Counts samples of a network's size.
 *
 * @throws {RangeError} if they are not whole samples
 */
export function countSamples(
  { inputShape }: Network,
  samples: Uint8Array | Float32Array,
  purpose = "predict",
): number {
  const size = elementCount(inputShape);
  const count = samples.length / size;
  if (!Number.isInteger(count)) {
    const rule = inputShape.length === 1
      ? `vectors must have ${size} features`
      : `images must be of ${size} bytes`;
    const unit = inputShape.length === 1 ? "features" : "bytes";
    throw new RangeError(`Cannot ${purpose}: ${rule} each, got ${samples.length} ${unit}.`);
  }
  return count;
}

/**
 * Checks that arrays are the state of a training.
 *
 * @throws {RangeError} if an array is missing or has another shape
 */
export function checkState(
  state: readonly StateVariable[],
  layouts: Layouts,
  arrays: readonly StateArray[],
): void {
  const given = new Map(arrays.map((array) => [array.name, array]));
  for (const { name, parameter, shape: own } of state) {
    const shape = layouts.get(parameter)?.torchShape ?? own;
    const array = given.get(name);
    if (!array) throw new RangeError(`Cannot write the state: '${name}' is missing.`);
    if (!sameShape(array.shape, shape) || array.values.length !== elementCount(shape)) {
      throw new RangeError(
        `Cannot write the state: '${name}' must be ${showShape(shape)}, ` +
          `got ${array.values.length} values of ${showShape(array.shape)}.`,
      );
    }
  }
}
