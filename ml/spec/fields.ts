/**
 * The fields of a training request: one table for the checks, the API's input and output, the command line's flags, the
 * page's form and its comparison of runs.
 */
import { DEFAULT_DATASET } from "../../data/catalog.ts";
import { MAX_SEED } from "../../data/random.ts";
import { DEFAULT_RECIPE, RECIPE_NAMES } from "./recipes.ts";
import type { RecipeDefinition } from "./recipes/recipe.ts";
import { allowedValues, type ValueRule } from "./value_rules.ts";
import { type DatasetSize, DEVICES, ENGINES, type RequestField } from "./spec.ts";

/** The values from which defaults are taken. */
export interface DefaultSource {
  readonly recipe: Pick<RecipeDefinition, "epochs" | "batchSize" | "learningRate">;
  /** Undefined where the dataset is not known. */
  readonly size?: DatasetSize;
}

/** A field of a training request. */
export interface FieldDefinition {
  readonly rule: ValueRule;
  readonly default: {
    /** The default in words: "the recipe's". */
    readonly text: string;
    /** The default's value; undefined where it is chosen later, as a random seed is. */
    of(source: DefaultSource): string | number | undefined;
  };
  /** The field's label in the page. */
  readonly label: string;
  /** The value as a noun phrase: 'samples per step'. */
  readonly meaning: string;
  /** A sentence on its effect. */
  readonly note?: string;
  /** The flag of the command line: its short form and its value. Without one, clients cannot choose the field. */
  readonly flag?: { readonly short?: string; readonly value: string };
  /** The form of its value in a table: 60,000 or 60000. */
  readonly shown: "grouped" | "plain";
}

const RECIPES_DEFAULT = "the recipe's";

/** Every field, in the order of flags and forms. */
export const SPEC_FIELDS = {
  recipe: {
    rule: { kind: "name", names: RECIPE_NAMES },
    default: { text: DEFAULT_RECIPE, of: () => DEFAULT_RECIPE },
    label: "Recipe",
    meaning: "network with the settings of its training",
    flag: { short: "r", value: "name" },
    shown: "plain",
  },
  dataset: {
    rule: { kind: "dataset" },
    default: {
      text: DEFAULT_DATASET,
      of: ({ size }) => size?.reference ?? DEFAULT_DATASET,
    },
    label: "Dataset",
    meaning: "dataset to train on",
    flag: { value: "name" },
    shown: "plain",
  },
  epochs: {
    rule: { kind: "integer", min: 1, max: 10_000 },
    default: { text: RECIPES_DEFAULT, of: ({ recipe }) => recipe.epochs },
    label: "Epochs",
    meaning: "passes over the training set",
    flag: { short: "e", value: "n" },
    shown: "grouped",
  },
  batchSize: {
    rule: { kind: "integer", min: 1, max: 4096 },
    default: { text: RECIPES_DEFAULT, of: ({ recipe }) => recipe.batchSize },
    label: "Batch size",
    meaning: "samples per step",
    flag: { short: "b", value: "n" },
    shown: "grouped",
  },
  learningRate: {
    rule: { kind: "number", above: 0, max: 100 },
    default: { text: RECIPES_DEFAULT, of: ({ recipe }) => recipe.learningRate },
    label: "Learning rate",
    meaning: "learning rate",
    flag: { short: "l", value: "x" },
    shown: "plain",
  },
  seed: {
    rule: { kind: "integer", min: 0, max: MAX_SEED },
    default: { text: "random", of: () => undefined },
    label: "Seed",
    meaning: "random seed",
    note: "The same seed on the same device gives the same numbers.",
    flag: { short: "s", value: "n" },
    shown: "plain",
  },
  device: {
    rule: { kind: "name", names: DEVICES },
    default: { text: DEVICES[0], of: () => DEVICES[0] },
    label: "Device",
    meaning: "device to train on",
    note: "WEBGPU is not part of this version.",
    flag: { short: "d", value: "kind" },
    shown: "plain",
  },
  engine: {
    rule: { kind: "name", names: ENGINES },
    default: { text: ENGINES[0], of: () => ENGINES[0] },
    label: "Engine",
    meaning: "engine to train with",
    note: "AUTO is TensorFlow on GPUs and the native engine on CPUs, where it is available.",
    flag: { value: "name" },
    shown: "plain",
  },
  trainSamples: {
    rule: { kind: "integer", min: 1, max: "trainSize" },
    default: { text: "all", of: ({ size }) => size?.trainSize },
    label: "Train samples",
    meaning: "number of training samples, taken from the start of the set",
    flag: { value: "n" },
    shown: "grouped",
  },
  testSamples: {
    rule: { kind: "integer", min: 1, max: "testSize" },
    default: { text: "all", of: ({ size }) => size?.testSize },
    label: "Test samples",
    meaning: "number of test samples, taken from the start of the set",
    flag: { value: "n" },
    shown: "grouped",
  },
} as const satisfies Readonly<Record<RequestField, FieldDefinition>>;

type Fields = typeof SPEC_FIELDS;

/** The names of all fields. */
export const REQUEST_FIELDS = Object.keys(SPEC_FIELDS) as readonly RequestField[];

/** A field that clients can choose. */
export type ChosenField = {
  [Field in RequestField]: Fields[Field] extends { readonly flag: unknown } ? Field : never;
}[RequestField];

/** The names of the fields that clients can choose. */
export const CHOSEN_FIELDS = REQUEST_FIELDS.filter((field): field is ChosenField =>
  fieldDefinition(field).flag !== undefined
);

/** A field that is a number. */
export type NumberField = {
  [Field in RequestField]: Fields[Field]["rule"] extends { readonly kind: "integer" | "number" }
    ? Field
    : never;
}[RequestField];

/** The names of the fields that are numbers. */
export const NUMBER_FIELDS = REQUEST_FIELDS.filter((field): field is NumberField =>
  isNumberRule(SPEC_FIELDS[field].rule)
);

function isNumberRule({ kind }: ValueRule): boolean {
  return kind === "integer" || kind === "number";
}

/** A field whose default is the recipe's. */
export type RecipeField = {
  [Field in RequestField]: Fields[Field]["default"]["text"] extends typeof RECIPES_DEFAULT ? Field
    : never;
}[RequestField];

/** The names of the fields whose defaults are the recipe's. */
export const RECIPE_FIELDS = REQUEST_FIELDS.filter((field): field is RecipeField =>
  SPEC_FIELDS[field].default.text === RECIPES_DEFAULT
);

/** A field's row of the table. */
export function fieldDefinition(field: RequestField): FieldDefinition {
  return SPEC_FIELDS[field];
}

/** Describes a field of a request: 'Samples per step, 1 to 4096. Default: the recipe's.' */
export function describeField(field: RequestField): string {
  const { meaning, rule, note, default: { text } } = fieldDefinition(field);
  const limits = isNumberRule(rule) ? `, ${allowedValues(rule)}` : "";
  return [`${capitalized(meaning)}${limits}.`, note, `Default: ${text}.`]
    .filter((sentence) => sentence !== undefined).join(" ");
}

/** Describes the value of a run's field: 'Samples per step.' */
export function describeValue(field: RequestField): string {
  const { meaning, note } = fieldDefinition(field);
  return [`${capitalized(meaning)}.`, note].filter((sentence) => sentence !== undefined).join(" ");
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
