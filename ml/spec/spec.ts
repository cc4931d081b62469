/**
 * Training specs. A spec is complete: it holds its network and every setting, so that a stored one means the same to
 * every version that reads it.
 */
import type { Augmentation } from "../augmentation/augmentations.ts";
import type { Loss } from "../losses/losses.ts";
import type { Network } from "../network/network.ts";
import type { Optimizer } from "../optimizers/optimizers.ts";
import type { OptionValues } from "../options/option.ts";
import { type Path, type Problem, valueProblem } from "../options/problem.ts";
import type { RatePlan } from "../schedules/rates.ts";
import type { Schedule } from "../schedules/schedules.ts";
import type { EARLY_STOPPING_OPTIONS, Part, WARMUP_OPTIONS } from "./parts.ts";
import type { StartFrom } from "./start_from.ts";
import type { Recipe } from "./recipes.ts";

/** The devices that can be requested. AUTO is the best one available. */
export const DEVICES = ["AUTO", "CUDA", "CPU", "WEBGPU"] as const;
export type Device = (typeof DEVICES)[number];

/** The engines that can be requested. AUTO is the one that trains on the device unless another is asked for. */
export const ENGINES = ["AUTO", "NATIVE", "TENSORFLOW"] as const;
export type EngineName = (typeof ENGINES)[number];

/** A dataset's names, and its numbers of samples, the limits of trainSamples and testSamples. */
export interface DatasetSize {
  /** The name that requests may use. */
  readonly name?: string;
  /** The name that the spec gets. Default: that of the default dataset. */
  readonly reference?: string;
  /** The names of all datasets that can be trained on, for messages. */
  readonly names?: readonly string[];
  readonly trainSize: number;
  readonly testSize: number;
}

/** The properties of a dataset that a network depends on. Those that are absent are MNIST's. */
export interface DatasetShape extends DatasetSize {
  /** The samples: images, or vectors of features. */
  readonly kind?: "images" | "features";
  /** [height, width, channels] of one image; [1, 1, features] of a vector. */
  readonly imageShape?: readonly [height: number, width: number, channels: number];
  /** Names of the classes, by label. */
  readonly classes?: readonly string[];
  /** The mean of each channel or feature, of values divided by 255. */
  readonly mean?: readonly number[];
  /** The standard deviation of each channel or feature. */
  readonly std?: readonly number[];
}

/** The version of specs that are written. Every change of the form is another version, with a reader in upgrade.ts. */
export const SPEC_VERSION = 6;

/** A linear warm-up of the learning rate. */
export type Warmup = OptionValues<typeof WARMUP_OPTIONS>;

/** Early stopping: the training ends when a metric stops improving. */
export type EarlyStopping = OptionValues<typeof EARLY_STOPPING_OPTIONS>;

/** A complete, checked training spec. */
export interface TrainingSpec {
  readonly version: typeof SPEC_VERSION;
  /**
   * The recipe that the network, the optimizer and the defaults were taken from; null for a network of the client's.
   */
  readonly recipe: Recipe | null;
  readonly network: Network;
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  /** Null for a constant learning rate. */
  readonly schedule: Schedule | null;
  readonly warmup: Warmup | null;
  /** The largest norm of all gradients together; null for any. */
  readonly gradientClipNorm: number | null;
  /** The share of the training samples that are kept for validation. */
  readonly validationShare: number;
  readonly earlyStopping: EarlyStopping | null;
  /** Random changes of the training samples, in their order. */
  readonly augmentation: readonly Augmentation[];
  /** The weights to begin with; null for random ones. */
  readonly startFrom: StartFrom | null;
  readonly dataset: string;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly device: Device;
  readonly engine: EngineName;
  /** The first N samples of the training set. */
  readonly trainSamples: number;
  /** The first N samples of the test set. */
  readonly testSamples: number;
}

/** The fields of a spec with a single value, which fields.ts describes. */
export type RequestField = Exclude<
  keyof TrainingSpec,
  "version" | "network" | "startFrom" | Exclude<Part, "normalization">
>;

/** A client's choices. A field that is left out gets its default. */
export type TrainingRequest =
  & { readonly [Field in RequestField]?: TrainingSpec[Field] | null | undefined }
  /** The parts in the form in which clients write them; they may be of any type. */
  & { readonly [Each in Part | "network" | "startFrom"]?: unknown };

/** Describes a field's problem. `rule` completes 'must be'. */
export function specProblem(field: RequestField, value: unknown, rule: string): Problem {
  return valueProblem([field], field, value, rule);
}

/** Thrown for a request that cannot be trained. Its message is the first problem's. */
export class InvalidSpecError extends RangeError {
  override readonly name = "InvalidSpecError";
  /** The path of the first problem. */
  readonly path: Path;
  constructor(readonly problems: readonly [Problem, ...Problem[]]) {
    const [{ path, message }] = problems;
    super(message);
    this.path = path;
  }
}

/** The values of a spec on which the samples of an epoch depend. */
type SampleNumbers =
  & Pick<TrainingSpec, "trainSamples">
  & Partial<Pick<TrainingSpec, "validationShare">>;

/** The number of training samples that are kept for validation: at least one, unless there is no share. */
export function validationSamples(
  { trainSamples, validationShare = 0 }: SampleNumbers,
): number {
  if (validationShare === 0) return 0;
  return Math.max(1, Math.min(trainSamples - 1, Math.round(trainSamples * validationShare)));
}

/** The number of samples that an epoch trains on: those that are not kept for validation. */
export function samplesPerEpoch(spec: SampleNumbers): number {
  return spec.trainSamples - validationSamples(spec);
}

/** The number of steps of an epoch: the last batch may be smaller. */
export function stepsPerEpoch(spec: SampleNumbers & Pick<TrainingSpec, "batchSize">): number {
  return Math.ceil(samplesPerEpoch(spec) / spec.batchSize);
}

/** Returns the settings that a training's learning rates follow from. */
export function ratePlan(spec: Omit<TrainingSpec, "seed">): RatePlan {
  const { learningRate, epochs, schedule, warmup } = spec;
  return { learningRate, epochs, schedule, warmup, stepsPerEpoch: stepsPerEpoch(spec) };
}
