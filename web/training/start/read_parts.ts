/// <reference lib="dom" />
/** The fields of a training's parts, such as the optimizer, in the form in which the API takes them. */
import type { Option, Options } from "../../../ml/options/option.ts";
import { type Part, partDefinition, PARTS } from "../../../ml/spec/parts.ts";
import { fieldText, optionField } from "./field_names.ts";

/** The parts that were chosen in the form, by name. */
export function readParts(form: FormData): Readonly<Record<string, unknown>> {
  const parts = PARTS.map((part) => [part, readPart(form, part)]);
  return Object.fromEntries(parts.filter(([, value]) => value !== undefined));
}

function readPart(form: FormData, part: Part): unknown {
  const definition = partDefinition(part);
  switch (definition.form) {
    case "kind": {
      const kind = fieldText(form, optionField(part, "kind"));
      const { [kind]: chosen } = definition.kinds;
      return chosen ? { [kind]: readOptions(form, part, chosen.options) } : undefined;
    }
    case "list":
      return undefined;
    case "options":
      return fieldText(form, optionField(part, "kind")) === ""
        ? undefined
        : readOptions(form, part, definition.options);
    case "value":
      return readOption(definition.option, fieldText(form, part));
    default:
      return definition satisfies never;
  }
}

function readOptions(form: FormData, part: Part, options: Options) {
  const values = Object.entries(options).map(([name, option]) => [
    name,
    readOption(option, fieldText(form, optionField(part, name))),
  ]);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

/** Reads an option's value; undefined for its default. What cannot be read is left as text: its check reports it. */
function readOption(option: Option, text: string): unknown {
  if (text === "") return undefined;
  switch (option.type) {
    case "integer":
    case "number":
      return toNumber(text);
    case "sizes":
    case "numbers":
      return toNumbers(text);
    case "flag":
      return text === "true" ? true : text === "false" ? false : text;
    case "classWeights":
      return text.trim() === "balanced" ? { balanced: true } : { values: toNumbers(text) };
    default:
      return text;
  }
}

function toNumbers(text: string): readonly (number | string)[] {
  return text.split(/[\s,]+/).filter((entry) => entry !== "").map(toNumber);
}

function toNumber(text: string): number | string {
  const value = Number(text);
  return Number.isNaN(value) ? text : value;
}
