/**
 * Training specs. A spec is complete: it holds its network and every setting, so that a stored one means the same to
 * every version that reads it.
 */
import { MAX_SEED } from "../../data/random.ts";
import type { Network } from "../network/network.ts";
import type { Optimizer } from "./optimizer.ts";
import { DEFAULT_RECIPE, PRESETS, type Recipe, RECIPES } from "./presets.ts";

/** The devices that can be requested. AUTO is the best one available. */
export const DEVICES = ["AUTO", "CUDA", "CPU", "WEBGPU"] as const;
export type Device = (typeof DEVICES)[number];

/** The datasets a run can be trained on. */
const DATASETS = ["mnist"] as const;

/** The numbers of samples of a dataset, the limits of trainSamples and testSamples. */
export interface DatasetSize {
  readonly trainSize: number;
  readonly testSize: number;
}

/** The version of specs that are written. Every change of the form is another version, with a reader in upgrade.ts. */
export const SPEC_VERSION = 2;

/** A complete, checked training spec. */
export interface TrainingSpec {
  readonly version: typeof SPEC_VERSION;
  /** The preset that the network, the optimizer and the defaults were taken from. */
  readonly recipe: Recipe;
  readonly network: Network;
  readonly optimizer: Optimizer;
  readonly dataset: string;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly device: Device;
  /** The first N samples of the training set. */
  readonly trainSamples: number;
  /** The first N samples of the test set. */
  readonly testSamples: number;
}

/** The fields of a spec that a client chooses; the others follow from the recipe. */
export type RequestField = Exclude<keyof TrainingSpec, "version" | "network" | "optimizer">;

/** A client's choices. A field that is left out gets its default. */
export type TrainingRequest = {
  readonly [Field in RequestField]?: TrainingSpec[Field] | null | undefined;
};

/** The limits of what can be asked for, as documented in the API and the CLI. */
export const LIMITS = {
  epochs: { min: 1, max: 10_000 },
  batchSize: { min: 1, max: 4096 },
  /** Exclusive of 0. */
  learningRate: { min: 0, max: 100 },
  seed: { min: 0, max: MAX_SEED },
} as const;

/** A spec that cannot be trained. `field` names what is wrong with it. */
export class InvalidSpecError extends RangeError {
  override readonly name = "InvalidSpecError";
  constructor(readonly field: RequestField, value: unknown, rule: string) {
    super(`Cannot train with ${field} ${show(value)}: ${field} must be ${rule}.`);
  }
}

/** The number of steps of an epoch: the last batch may be smaller. */
export function stepsPerEpoch(spec: Pick<TrainingSpec, "trainSamples" | "batchSize">): number {
  return Math.ceil(spec.trainSamples / spec.batchSize);
}

/**
 * Fills in the recipe's defaults and checks every value.
 *
 * @param size the sizes of the request's dataset
 * @param randomSeed what to use where no seed is given
 * @throws {InvalidSpecError} naming the first wrong field
 */
export function resolveSpec(
  request: TrainingRequest,
  size: DatasetSize,
  randomSeed: () => number = newSeed,
): TrainingSpec {
  const recipe = oneOf("recipe", request.recipe ?? DEFAULT_RECIPE, RECIPES);
  const preset = PRESETS[recipe];
  const spec: TrainingSpec = {
    version: SPEC_VERSION,
    recipe,
    network: preset.network,
    optimizer: preset.optimizer,
    dataset: oneOf("dataset", request.dataset ?? "mnist", DATASETS),
    device: oneOf("device", request.device ?? "AUTO", DEVICES),
    epochs: request.epochs ?? preset.epochs,
    batchSize: request.batchSize ?? preset.batchSize,
    learningRate: request.learningRate ?? preset.learningRate,
    seed: request.seed ?? randomSeed(),
    trainSamples: request.trainSamples ?? size.trainSize,
    testSamples: request.testSamples ?? size.testSize,
  };
  integer("epochs", spec.epochs, LIMITS.epochs.min, LIMITS.epochs.max);
  integer("batchSize", spec.batchSize, LIMITS.batchSize.min, LIMITS.batchSize.max);
  integer("seed", spec.seed, LIMITS.seed.min, LIMITS.seed.max);
  integer("trainSamples", spec.trainSamples, 1, size.trainSize);
  integer("testSamples", spec.testSamples, 1, size.testSize);
  const { max } = LIMITS.learningRate;
  if (!(spec.learningRate > 0 && spec.learningRate <= max)) {
    throw new InvalidSpecError("learningRate", spec.learningRate, `above 0 and at most ${max}`);
  }
  return spec;
}

function newSeed(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) & MAX_SEED;
}

function oneOf<T extends string>(
  field: RequestField,
  value: string,
  allowed: readonly T[],
): T {
  const found = allowed.find((name) => name === value);
  if (found === undefined) throw new InvalidSpecError(field, value, `one of ${allowed.join(", ")}`);
  return found;
}

function integer(field: RequestField, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  const kind = Number.isFinite(value) && !Number.isInteger(value) ? "a whole number " : "";
  throw new InvalidSpecError(field, value, `${kind}between ${min} and ${max}`);
}

function show(value: unknown): string {
  return typeof value === "string" ? `'${value}'` : String(value);
}
