/// <reference lib="dom" />
/** The start form's fields as the input of the startTraining mutation. Empty fields are left out. */
import { NUMBER_FIELDS, type NumberField, SPEC_FIELDS } from "../../../ml/spec/fields.ts";
import { DEFAULT_RECIPE, type Recipe, RECIPE_NAMES } from "../../../ml/spec/recipes.ts";
import { OWN_NAME } from "../../../ml/spec/parse_network.ts";
import { checkpointFromText } from "../../../ml/spec/start_from.ts";
import { DEFAULT_DATASET } from "../../../data/catalog.ts";
import { DEVICES, ENGINES } from "../../../ml/spec/spec.ts";
import type { Preset } from "../../../ml/network/presets.ts";
import type { StartTrainingInput } from "../operations.ts";
import { expandGrid } from "../../../ml/spec/parameter_grid.ts";
import { MAX_TRAININGS, readNumbers } from "./several_values.ts";
import { type FieldErrors, fieldText } from "./field_names.ts";
import { readParts } from "./read_parts.ts";

/** The form's input, and its problems by field. */
export interface StartForm {
  /** The input; where fields have several values, with the first of each. */
  readonly input: StartTrainingInput;
  /** The input of each training: one for each combination of values. */
  readonly inputs: readonly StartTrainingInput[];
  readonly errors: FieldErrors;
}

/** The network of the form. */
export type ChosenNetwork =
  /** The one that is selected in the form. */
  | "recipe"
  | { readonly layers: unknown }
  | { readonly preset: Preset };

/** Reads the form. The API checks the limits; only what GraphQL's Int or Float cannot hold is reported here. */
export function readStartForm(
  form: FormData,
  network: ChosenNetwork = "recipe",
): StartForm {
  const name = fieldText(form, "name");
  const start = fieldText(form, "startFrom");
  const dataset = fieldText(form, "dataset");
  const engine = ENGINES.find((engine) => engine === form.get("engine")) ?? "AUTO";
  const values: Partial<Record<NumberField, readonly number[]>> = {};
  const errors: Record<string, string> = {};
  for (const field of NUMBER_FIELDS) {
    const written = fieldText(form, field);
    if (written === "") continue;
    const isFloat = SPEC_FIELDS[field].rule.kind === "number";
    const numbers = readNumbers(written);
    if (numbers && (isFloat || numbers.every(Number.isInteger))) values[field] = numbers;
    else {
      const kind = isFloat ? "a number" : "a whole number";
      errors[field] = `Cannot train with ${field} '${written}': ${field} must be ${kind}, ` +
        "or several, separated by spaces.";
    }
  }
  const points = expandGrid(values);
  if (points.length > MAX_TRAININGS) {
    const field = NUMBER_FIELDS.findLast((field) => (values[field]?.length ?? 0) > 1) ?? "seed";
    errors[field] = `Cannot start ${points.length} trainings: the values must make at most ` +
      `${MAX_TRAININGS} combinations.`;
  }
  const input = {
    ...chosenNetwork(form, network),
    device: DEVICES.find((device) => device === form.get("device")) ?? "AUTO",
    ...(engine === "AUTO" ? {} : { engine }),
    ...(dataset === "" || dataset === DEFAULT_DATASET ? {} : { dataset }),
    ...(name === "" ? {} : { name }),
    ...readParts(form),
    ...(start === "" ? {} : { startFrom: checkpointFromText(start) }),
  };
  const inputs = points.map(({ values, text }) => ({
    ...input,
    ...values,
    ...(text === "" ? {} : { name: `${name || networkName(form, network)}, ${text}` }),
  }));
  // Layers and options may be of any type here: the API reports what is wrong with them.
  return {
    input: { ...input, ...points[0]?.values } as StartTrainingInput,
    inputs: inputs as StartTrainingInput[],
    errors,
  };
}

function chosenNetwork(form: FormData, network: ChosenNetwork) {
  return network === "recipe" ? { recipe: chosenRecipe(form) } : { network };
}

function chosenRecipe(form: FormData): Recipe {
  return RECIPE_NAMES.find((name) => name === form.get("recipe")) ?? DEFAULT_RECIPE;
}

/** The name that a run of the network gets where it has none, as the server names it. */
function networkName(form: FormData, network: ChosenNetwork): string {
  if (network === "recipe") return chosenRecipe(form);
  return "preset" in network ? network.preset : OWN_NAME;
}

/** Makes an idempotency key, so that a repeated request starts no second run. */
export function newKey(): string {
  // crypto.randomUUID() exists only on secure origins, which a playground in a local network is not.
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (word) => word.toString(36))
    .join("-");
}
