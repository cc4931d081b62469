/// <reference lib="dom" />
/** The start form's fields as the input of the startTraining mutation. What is empty is left out. */
import { RECIPES } from "../../../ml/spec/presets.ts";
import { DEVICES } from "../../../ml/spec/spec.ts";
import type { StartTrainingInput } from "../operations.ts";

/** The fields that hold numbers; GraphQL's Int can hold no fractions, so that they must be told apart here. */
const NUMBERS = {
  epochs: "a whole number",
  batchSize: "a whole number",
  learningRate: "a number",
  seed: "a whole number",
  trainSamples: "a whole number",
  testSamples: "a whole number",
} as const;
type NumberName = keyof typeof NUMBERS;

/** Every field that can be wrong by its text. */
export type FieldName = NumberName | "name" | "recipe" | "device";

/** What the form asks for, and what is wrong in it, by field. */
export interface StartForm {
  readonly input: StartTrainingInput;
  readonly errors: FieldErrors;
}

export type FieldErrors = Readonly<Partial<Record<FieldName, string>>>;

const NUMBER_NAMES = Object.keys(NUMBERS) as NumberName[];

/** Whether a name is that of a field. */
export function isFieldName(name: unknown): name is FieldName {
  return ["name", "recipe", "device", ...NUMBER_NAMES].some((field) => field === name);
}

/** Reads the form. Limits are left to the API: it knows them, and says them. */
export function readStartForm(form: FormData): StartForm {
  const name = text(form, "name");
  const numbers: Partial<Record<NumberName, number>> = {};
  const errors: Partial<Record<FieldName, string>> = {};
  for (const field of NUMBER_NAMES) {
    const written = text(form, field);
    if (written === "") continue;
    const value = Number(written);
    const kind = NUMBERS[field];
    if (Number.isInteger(value) || kind === "a number" && Number.isFinite(value)) {
      numbers[field] = value;
    } else {
      errors[field] = `Cannot train with ${field} '${written}': ${field} must be ${kind}.`;
    }
  }
  return {
    input: {
      recipe: RECIPES.find((recipe) => recipe === form.get("recipe")) ?? "BASIC_CNN",
      device: DEVICES.find((device) => device === form.get("device")) ?? "AUTO",
      ...(name === "" ? {} : { name }),
      ...numbers,
    },
    errors,
  };
}

/** A key that makes a repeated request start no second run. */
export function newKey(): string {
  // crypto.randomUUID() is there only on secure origins; a playground in a local network is none.
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (word) => word.toString(36))
    .join("-");
}

function text(form: FormData, name: FieldName): string {
  const value = form.get(name);
  return typeof value === "string" ? value.trim() : "";
}
