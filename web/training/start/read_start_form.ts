/// <reference lib="dom" />
/** The start form's fields as the input of the startTraining mutation. Empty fields are left out. */
import { NUMBER_FIELDS, type NumberField, SPEC_FIELDS } from "../../../ml/spec/fields.ts";
import { DEFAULT_RECIPE, RECIPE_NAMES } from "../../../ml/spec/recipes.ts";
import { DEVICES } from "../../../ml/spec/spec.ts";
import type { StartTrainingInput } from "../operations.ts";

/** A field of the form. */
export type FieldName = NumberField | "name" | "recipe" | "device";

/** The form's input, and its problems by field. */
export interface StartForm {
  readonly input: StartTrainingInput;
  readonly errors: FieldErrors;
}

export type FieldErrors = Readonly<Partial<Record<FieldName, string>>>;

/** Tells whether a name is that of a field. */
export function isFieldName(name: unknown): name is FieldName {
  return ["name", "recipe", "device", ...NUMBER_FIELDS].some((field) => field === name);
}

/** Reads the form. The API checks the limits; only what GraphQL's Int or Float cannot hold is reported here. */
export function readStartForm(form: FormData): StartForm {
  const name = text(form, "name");
  const numbers: Partial<Record<NumberField, number>> = {};
  const errors: Partial<Record<FieldName, string>> = {};
  for (const field of NUMBER_FIELDS) {
    const written = text(form, field);
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
  return {
    input: {
      recipe: RECIPE_NAMES.find((recipe) => recipe === form.get("recipe")) ?? DEFAULT_RECIPE,
      device: DEVICES.find((device) => device === form.get("device")) ?? "AUTO",
      ...(name === "" ? {} : { name }),
      ...numbers,
    },
    errors,
  };
}

/** Makes an idempotency key, so that a repeated request starts no second run. */
export function newKey(): string {
  // crypto.randomUUID() exists only on secure origins, which a playground in a local network is not.
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (word) => word.toString(36))
    .join("-");
}

function text(form: FormData, name: FieldName): string {
  const value = form.get(name);
  return typeof value === "string" ? value.trim() : "";
}
