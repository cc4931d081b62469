/// <reference lib="dom" />
/** The start form's fields as the input of the startTraining mutation. Empty fields are left out. */
import { NUMBER_FIELDS, type NumberField, SPEC_FIELDS } from "../../../ml/spec/fields.ts";
import { DEFAULT_RECIPE, RECIPE_NAMES } from "../../../ml/spec/recipes.ts";
import { checkpointFromText } from "../../../ml/spec/start_from.ts";
import { DEFAULT_DATASET } from "../../../data/catalog.ts";
import { DEVICES, ENGINES } from "../../../ml/spec/spec.ts";
import type { Preset } from "../../../ml/network/presets.ts";
import type { StartTrainingInput } from "../operations.ts";
import { type FieldErrors, fieldText } from "./field_names.ts";
import { readParts } from "./read_parts.ts";

/** The form's input, and its problems by field. */
export interface StartForm {
  readonly input: StartTrainingInput;
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
  const numbers: Partial<Record<NumberField, number>> = {};
  const errors: Record<string, string> = {};
  for (const field of NUMBER_FIELDS) {
    const written = fieldText(form, field);
    if (written === "") continue;
    const value = Number(written);
    const isFloat = SPEC_FIELDS[field].rule.kind === "number";
    if (Number.isInteger(value) || isFloat && Number.isFinite(value)) {
      numbers[field] = value;
    } else {
      const kind = isFloat ? "a number" : "a whole number";
      errors[field] = `Cannot train with ${field} '${written}': ${field} must be ${kind}.`;
    }
  }
  const input = {
    ...chosenNetwork(form, network),
    device: DEVICES.find((device) => device === form.get("device")) ?? "AUTO",
    ...(engine === "AUTO" ? {} : { engine }),
    ...(dataset === "" || dataset === DEFAULT_DATASET ? {} : { dataset }),
    ...(name === "" ? {} : { name }),
    ...numbers,
    ...readParts(form),
    ...(start === "" ? {} : { startFrom: checkpointFromText(start) }),
  };
  // Layers and options may be of any type here: the API reports what is wrong with them.
  return { input: input as StartTrainingInput, errors };
}

function chosenNetwork(form: FormData, network: ChosenNetwork) {
  if (network !== "recipe") return { network };
  const recipe = RECIPE_NAMES.find((name) => name === form.get("recipe")) ?? DEFAULT_RECIPE;
  return { recipe };
}

/** Makes an idempotency key, so that a repeated request starts no second run. */
export function newKey(): string {
  // crypto.randomUUID() exists only on secure origins, which a playground in a local network is not.
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (word) => word.toString(36))
    .join("-");
}
