/// <reference lib="dom" />
/** The start form's fields as the input of the startTraining mutation. What is empty is left out. */
import { RECIPES } from "../../ml/presets.ts";
import { DEVICES } from "../../ml/spec.ts";
import type { StartTrainingInput } from "../api/operations.ts";

export function readStartForm(form: FormData): StartTrainingInput {
  return {
    recipe: RECIPES.find((name) => name === form.get("recipe")) ?? "BASIC_CNN",
    device: DEVICES.find((name) => name === form.get("device")) ?? "AUTO",
    idempotencyKey: newKey(),
    ...number(form, "epochs"),
    ...number(form, "batchSize"),
    ...number(form, "learningRate"),
    ...number(form, "seed"),
    ...number(form, "trainSamples"),
  };
}

function number<Name extends string>(
  form: FormData,
  name: Name,
): { readonly [Key in Name]?: number } {
  const text = form.get(name);
  return typeof text === "string" && text.trim() !== ""
    ? { [name]: Number(text) } as { readonly [Key in Name]: number }
    : {};
}

/** crypto.randomUUID() is there only on secure origins; a playground in a local network is none. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (word) => word.toString(36)).join(
    "-",
  );
}
