/**
 * The parts of a training request that have options of their own, such as the optimizer: one table for the checks, the
 * API's input and the files of the command line. Single values are in fields.ts.
 */
import { METRICS } from "../epoch_metrics.ts";
import { AUGMENTATIONS } from "../augmentation/augmentations.ts";
import { LOSSES } from "../losses/losses.ts";
import { OPTIMIZERS } from "../optimizers/optimizers.ts";
import type { Kinds } from "../options/kinds.ts";
import { flag, fraction, integer, name, number, numbers, type Option } from "../options/option.ts";
import type { Options } from "../options/option.ts";
import { SCHEDULES } from "../schedules/schedules.ts";

/** The options of a warm-up. */
export const WARMUP_OPTIONS = {
  epochs: number({ exclusiveMin: true, max: 10_000, description: "length in epochs" }),
  startFactor: number({
    exclusiveMin: true,
    max: 1,
    default: 1 / 3,
    description: "factor of the learning rate at the first step",
  }),
} as const;

/** The options of early stopping. */
export const EARLY_STOPPING_OPTIONS = {
  metric: name({
    enumName: "Metric",
    names: METRICS,
    default: null,
    otherwise: "VALIDATION_LOSS",
    description: "metric that must improve. Default: VALIDATION_LOSS",
  }),
  patience: integer({ max: 10_000, description: "number of epochs without improvement" }),
  minDelta: number({ default: 0, description: "smallest change that is an improvement" }),
  restoreBest: flag({ default: true, description: "ends with the weights of the best epoch" }),
} as const;

/** The options of a normalisation of pixels: (pixel/255 - mean) / std. */
const NORMALIZATION_OPTIONS = {
  mean: numbers({ max: 1, description: "mean of each channel, of values 0 to 1" }),
  std: numbers({ min: 1e-6, max: 1e6, description: "standard deviation of each channel" }),
} as const;

/** A part of a training request. Its description is one for the API, with the default. */
export type PartDefinition =
  & {
    /** The part's label in the page. */
    readonly label: string;
  }
  & (
    /** A value of a registry: { sgd: { momentum: 0.9 } }. */
    | {
      readonly form: "kind";
      readonly kinds: Kinds;
      readonly noun: string;
      readonly description: string;
    }
    /** A list of values of a registry: [{ randomCrop: { padding: 2 } }]. */
    | {
      readonly form: "list";
      readonly kinds: Kinds;
      readonly noun: string;
      readonly description: string;
    }
    /** An object with options. */
    | { readonly form: "options"; readonly options: Options; readonly description: string }
    /** A single number. */
    | { readonly form: "value"; readonly option: Option }
  );

/** The largest number of values of a list. */
export const MAX_LIST_LENGTH = 20;

/** Every part but the network, in the order of the API. */
const SPEC_PARTS = {
  optimizer: {
    form: "kind",
    label: "Optimizer",
    kinds: OPTIMIZERS,
    noun: "optimizer",
    description: "Optimizer. Default: the recipe's; for another network, SGD without momentum.",
  },
  schedule: {
    form: "kind",
    label: "Learning rate schedule",
    kinds: SCHEDULES,
    noun: "schedule",
    description: "Schedule of the learning rate. Default: constant.",
  },
  warmup: {
    form: "options",
    label: "Warm-up",
    options: WARMUP_OPTIONS,
    description: "Linear increase of the learning rate at the start. Default: none.",
  },
  loss: {
    form: "kind",
    label: "Loss",
    kinds: LOSSES,
    noun: "loss",
    description: "Loss. Default: the recipe's; for another network, cross entropy of logits.",
  },
  normalization: {
    form: "options",
    label: "Normalization",
    options: NORMALIZATION_OPTIONS,
    description: "Normalization of pixels: (pixel/255 - mean) / std. " +
      "Default: the recipe's; for another network, the dataset's own.",
  },
  gradientClipNorm: {
    form: "value",
    label: "Gradient clipping",
    option: number({
      exclusiveMin: true,
      default: null,
      description: "largest norm of all gradients together; larger ones are scaled down",
    }),
  },
  validationShare: {
    form: "value",
    label: "Validation share",
    option: fraction({
      default: 0,
      description: "share of the training set that is kept for validation, stratified by class",
    }),
  },
  earlyStopping: {
    form: "options",
    label: "Early stopping",
    options: EARLY_STOPPING_OPTIONS,
    description: "End of the training when a metric stops improving. Default: none.",
  },
  augmentation: {
    form: "list",
    label: "Augmentation",
    kinds: AUGMENTATIONS,
    noun: "augmentation",
    description:
      "Random changes of the training samples, in this order, new ones in every epoch. " +
      "Default: none.",
  },
} as const satisfies Readonly<Record<string, PartDefinition>>;

/** The name of a part. */
export type Part = keyof typeof SPEC_PARTS;

/** The names of all parts. */
export const PARTS = Object.keys(SPEC_PARTS) as readonly Part[];

/** A part's row of the table. */
export function partDefinition(part: Part): PartDefinition {
  return SPEC_PARTS[part];
}
