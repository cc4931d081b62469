/**
 * Training specs. A spec is complete: it holds its network and every setting, so that a stored one means the same to
 * every version that reads it.
 */
import type { Network } from "../network/network.ts";
import type { Recipe } from "./presets.ts";
import type { Optimizer } from "../optimizers/optimizers.ts";

/** The devices that can be requested. AUTO is the best one available. */
export const DEVICES = ["AUTO", "CUDA", "CPU", "WEBGPU"] as const;
export type Device = (typeof DEVICES)[number];

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

/** A field of a request whose value breaks a rule. */
export interface SpecProblem {
  readonly field: RequestField;
  /** 'Cannot train with epochs 0: epochs must be between 1 and 10000.' */
  readonly message: string;
}

/** Describes a field's problem. `rule` completes 'must be'. */
export function specProblem(field: RequestField, value: unknown, rule: string): SpecProblem {
  const shown = typeof value === "string" ? `'${value}'` : String(value);
  return { field, message: `Cannot train with ${field} ${shown}: ${field} must be ${rule}.` };
}

/** Thrown for a request that cannot be trained. Its message is the first problem's. */
export class InvalidSpecError extends RangeError {
  override readonly name = "InvalidSpecError";
  readonly field: RequestField;
  constructor(readonly problems: readonly [SpecProblem, ...SpecProblem[]]) {
    const [{ field, message }] = problems;
    super(message);
    this.field = field;
  }
}

/** The number of steps of an epoch: the last batch may be smaller. */
export function stepsPerEpoch(spec: Pick<TrainingSpec, "trainSamples" | "batchSize">): number {
  return Math.ceil(spec.trainSamples / spec.batchSize);
}
