/// <reference lib="dom" />
/** The fields of a training's parts, such as the optimizer, in the form in which the API takes them. */
import type { Kinds } from "../../../ml/options/kinds.ts";
import type { Option, Options } from "../../../ml/options/option.ts";
import { type Part, partDefinition, PARTS } from "../../../ml/spec/parts.ts";
import { fieldText, listField, optionField } from "./field_names.ts";

/** The parts that were chosen in the form, by name. */
export function readParts(form: FormData): Readonly<Record<string, unknown>> {
  const parts = PARTS.map((part) => [part, readPart(form, part)]);
  return Object.fromEntries(parts.filter(([, value]) => value !== undefined));
}

function readPart(form: FormData, part: Part): unknown {
  const definition = partDefinition(part);
  const fieldOf = (option: string) => optionField(part, option);
  switch (definition.form) {
    case "kind": {
      const kind = fieldText(form, optionField(part, "kind"));
      const { [kind]: chosen } = definition.kinds;
      return chosen ? { [kind]: readOptions(form, chosen.options, fieldOf) } : undefined;
    }
    case "list": {
      const entries = readEntries(form, part, definition.kinds);
      return entries.length > 0 ? entries : undefined;
    }
    case "options":
      return fieldText(form, optionField(part, "kind")) === ""
        ? undefined
        : readOptions(form, definition.options, fieldOf);
    case "value":
      return readOption(definition.option, fieldText(form, part));
    default:
      return definition satisfies never;
  }
}

/** Reads the entries of a list, in their order. */
function readEntries(form: FormData, part: Part, kinds: Kinds): readonly object[] {
  const entries: object[] = [];
  for (;;) {
    const at = entries.length;
    const kind = fieldText(form, listField(part, at, "kind"));
    const { [kind]: chosen } = kinds;
    if (!chosen) return entries;
    const fieldOf = (option: string) => listField(part, at, option);
    entries.push({ [kind]: readOptions(form, chosen.options, fieldOf) });
  }
}

/** @param fieldOf returns the name of an option's field */
function readOptions(form: FormData, options: Options, fieldOf: (option: string) => string) {
  const values = Object.entries(options).map(([name, option]) => [
    name,
    readOption(option, fieldText(form, fieldOf(name))),
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
