/// <reference lib="dom" />
/** Names of the start form's fields: those of single values, and 'optimizer.momentum' for an option of a part. */
import type { Path } from "../../../ml/options/problem.ts";
import { NUMBER_FIELDS } from "../../../ml/spec/fields.ts";
import { type Part, partDefinition, PARTS } from "../../../ml/spec/parts.ts";

/** Problems by the names of their fields. */
export type FieldErrors = Readonly<Record<string, string>>;

const PLAIN_FIELDS: readonly string[] = [
  ...["name", "recipe", "dataset", "device", "engine", "startFrom"],
  ...NUMBER_FIELDS,
];

/** Tells whether a name is that of a field with a single value. */
function isFieldName(name: unknown): name is string {
  return typeof name === "string" && PLAIN_FIELDS.includes(name);
}

/** Returns the text of a form's field, without spaces around it; '' if it has none. */
export function fieldText(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value.trim() : "";
}

/** Returns the name of the field that an option of a part has in the form. */
export function optionField(part: Part, option: string): string {
  return `${part}.${option}`;
}

/** Returns the name of the field that an option of a list's entry has in the form: 'augmentation.0.padding'. */
export function listField(part: Part, at: number, option: string): string {
  return `${part}.${at}.${option}`;
}

/** Returns the name of the field at a path of the input; undefined if the form has none. */
export function fieldOfPath(path: Path): string | undefined {
  const [first, second, third, fourth] = path.filter((key) => key !== "input").map(String);
  if (isFieldName(first)) return first;
  const part = PARTS.find((name) => name === first);
  if (part === undefined) return undefined;
  const { form } = partDefinition(part);
  if (form === "list") {
    return second === undefined ? part : listField(part, Number(second), fourth ?? "kind");
  }
  const isKind = form === "kind";
  const option = isKind ? third : second;
  if (option !== undefined) return optionField(part, option);
  return isKind ? optionField(part, "kind") : part;
}
