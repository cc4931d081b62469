/** The interface of engines, which run training graphs on a device. They know no epochs, runs or files. */
import type { LabelledDataset } from "../../data/dataset.ts";
import type { Augmentation } from "../augmentation/augmentations.ts";
import type { Loss } from "../losses/losses.ts";
import type { Network } from "../network/network.ts";
import type { DeviceInfo } from "../device.ts";
import type { StateArray } from "../state.ts";
import type { Optimizer } from "../optimizers/optimizers.ts";

/** The training that an engine prepares. */
export interface TrainingPlan {
  readonly network: Network;
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  /** The learning rate of steps for which none is given. */
  readonly learningRate: number;
  /** True if each step is given a momentum. */
  readonly cyclesMomentum?: boolean;
  /** The largest norm of all gradients together; null or absent for any. */
  readonly gradientClipNorm?: number | null;
  /** The augmentations of the training samples, in their order; none if absent. */
  readonly augmentation?: readonly Augmentation[];
  readonly batchSize: number;
  /** Names the random streams of initial weights and dropout. */
  readonly seed: number;
  /** Both sets are copied to the device once. */
  readonly train: LabelledDataset;
  readonly test: LabelledDataset;
  /** The samples of the training set that are kept for validation; none if absent. */
  readonly validation?: Int32Array;
}

/** The settings of consecutive steps that a schedule changes, one element a step. */
export interface StepRates {
  readonly learningRates: Float32Array;
  /** The momentum, or Adam's beta1; absent unless the plan cycles it. */
  readonly momenta?: Float32Array | undefined;
}

/** The samples that can be evaluated: the test set, or those kept for validation. */
export type EvaluatedSet = "test" | "validation";

/** The metrics of consecutive steps, one element a step. */
export interface StepMetrics {
  /** Mean loss of the batch, in nats per sample. Samples count by the weights of their classes. */
  readonly losses: Float32Array;
  /** Correctly classified samples of the batch. */
  readonly correct: Float32Array;
}

/** The evaluation of some samples. */
export interface Evaluation {
  /** Mean loss, in nats per sample: the loss that is trained, with its label smoothing and class weights. */
  readonly loss: number;
  /** The fraction that was classified correctly. */
  readonly acc: number;
  /** The predicted class of each sample, [count]. */
  readonly predicted: Int32Array;
}

/** A prepared training: a network with its weights, optimizer state and data on one device. */
export interface Session {
  /** The device's description: 'CPU (AMD EPYC, 2 threads)'. */
  readonly device: string;
  /** The engine and its version: 'TensorFlow 2.21.0'. */
  readonly engine: string;
  /** The largest number of full batches that one trainSteps() call should take. */
  readonly stepsPerCall: number;
  /**
   * Trains on consecutive batches, in order.
   *
   * @param order indices into the training set: the batches one after the other. All batches have the plan's
   *   size; only the call's last one may be smaller.
   * @param firstStep the first batch's step number, from 1, over the whole training: names its dropout stream
   * @param rates the learning rate of each step; the plan's if absent
   * @param draws the numbers of the plan's augmentations for each sample of `order`, as drawAugmentations() gives them:
   *   what the placeholder 'draws' of the step's graph is fed with; absent without augmentations
   */
  trainSteps(
    order: Int32Array,
    firstStep: number,
    rates?: StepRates,
    draws?: Float32Array,
  ): Promise<StepMetrics>;
  /**
   * Evaluates a whole set, in evaluation mode.
   *
   * @throws the signal's reason, soon after it is aborted
   */
  evaluate(signal?: AbortSignal, set?: EvaluatedSet): Promise<Evaluation>;
  /**
   * Predicts class probabilities, in evaluation mode.
   *
   * @param samples pixels 0..255, [count, height, width, channels]; vectors [count, features]
   * @returns [count, classes]
   */
  predict(samples: Uint8Array | Float32Array): Promise<Float32Array>;
  /** Reads weights and optimizer state. */
  readState(): Promise<readonly StateArray[]>;
  /** @throws {RangeError} if an array is missing or has another shape */
  writeState(state: readonly StateArray[]): Promise<void>;
  /** Frees everything on the device. */
  dispose(): void;
}

/** An engine on one device. */
export interface Engine {
  readonly device: DeviceInfo;
  prepare(plan: TrainingPlan): Promise<Session>;
}
