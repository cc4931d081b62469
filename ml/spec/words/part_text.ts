/** The parts of a training's input in words. */
import type { Kinds } from "../../options/kinds.ts";
import { defaultOf, type Options } from "../../options/option.ts";
import { type Part, partDefinition } from "../parts.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * Writes a part of a training's input in words, without options that have their default: 'SGD, momentum 0.9'.
 *
 * @returns undefined where the part is not given, or an empty list or 0
 */
export function partText(part: Part, value: unknown): string | undefined {
  if (value === undefined || value === null || value === 0) return undefined;
  const definition = partDefinition(part);
  switch (definition.form) {
    case "value":
      return String(value);
    case "options":
      return optionTexts(definition.options, fieldsOf(value)).join(", ") || "on";
    case "kind":
      return kindText(definition.kinds, value);
    case "list": {
      const entries = Array.isArray(value) ? value : [];
      return entries.map((entry) => kindText(definition.kinds, entry)).join("; ") || undefined;
    }
    default:
      return definition satisfies never;
  }
}

function kindText(kinds: Kinds, value: unknown): string {
  return Object.entries(fieldsOf(value)).map(([kind, options]) => {
    const { [kind]: definition } = kinds;
    return [
      nameOfKind(kind, definition),
      ...optionTexts(definition?.options ?? {}, fieldsOf(options)),
    ].join(", ");
  }).join(", ");
}

/** Returns the name for people of a kind of a part: 'AdamW', 'cross entropy'. */
export function nameOfKind(kind: string, definition: Kinds[string] | undefined): string {
  return definition && "displayName" in definition ? String(definition.displayName) : inWords(kind);
}

function optionTexts(options: Options, values: Fields): readonly string[] {
  return Object.entries(options).flatMap(([name, option]) => {
    const value = values[name];
    if (value === undefined || value === null || isSame(value, defaultOf(option))) return [];
    if (option.type === "name") return [`${inWords(name)} ${inWords(String(value))}`];
    if (value === true) return [inWords(name)];
    if (value === false) return [`no ${inWords(name)}`];
    return [`${inWords(name)} ${valueText(value)}`];
  });
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return `(${value.join(", ")})`;
  const [[key, own] = []] = Object.entries(fieldsOf(value));
  if (key === undefined) return String(value);
  return own === true ? key : valueText(own);
}

/**
 * Writes a name of the API in words: 'weightDecay' and 'VALIDATION_LOSS' become 'weight decay' and 'validation loss'.
 */
function inWords(name: string): string {
  const words = /[a-z]/.test(name) ? name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ") : name;
  return words.replaceAll("_", " ").toLowerCase();
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Returns the fields of a value; none if it is no object. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? value as Fields : {};
}
