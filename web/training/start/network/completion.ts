/** Completion of layers: kinds of layers, their options and the values of options, by the place in the text. */
import { LAYERS } from "../../../../ml/network/layers.ts";
import type { LayerDefinition } from "../../../../ml/network/layer.ts";
import { defaultOf, type Option } from "../../../../ml/options/option.ts";
import { rangeText } from "../../../../ml/options/parse.ts";

/** A suggestion of an editor. */
export interface Suggestion {
  readonly label: string;
  /** The text that is inserted; $0 is the place of the cursor, ${1:x} a placeholder. */
  readonly insert: string;
  /** A few words beside the label. */
  readonly detail: string;
  readonly documentation: string;
}

/** An open bracket before the cursor. */
interface Open {
  readonly bracket: "{" | "[";
  /** The name before it: 'conv2d' of 'conv2d: {'. */
  readonly name: string | undefined;
  /** The names that were written in it. */
  readonly names: string[];
}

/** Names of options that hold layers. */
const LAYER_LISTS: readonly (string | undefined)[] = [undefined, "layers", "body", "shortcut"];

/** Suggests what can be written at the end of a text. */
export function suggest(before: string): readonly Suggestion[] {
  const { stack, name, isValue } = openBrackets(before);
  const top = stack.at(-1);
  if (!top) return before.trim() === "" ? [LIST] : [];
  const around = stack.at(-2);
  if (top.bracket === "[") {
    if (top.name === "branches") return [BRANCH];
    return LAYER_LISTS.includes(top.name) ? KINDS.map(asLayer) : [];
  }
  if (isValue) return name === undefined ? [] : valuesOf(optionOf(top.name, name));
  if (around?.bracket === "[") {
    if (around.name === "branches") return fresh(top, BRANCH_FIELDS);
    return top.names.length > 0 ? [] : KINDS;
  }
  return fresh(top, optionsOf(top.name));
}

/** Reads the brackets that are open at the end of a text. */
function openBrackets(text: string) {
  const stack: Open[] = [];
  let name: string | undefined;
  let isValue = false;
  for (const [token] of text.matchAll(/#[^\n]*|"(?:[^"\\\n]|\\.)*"?|[\w.-]+|[[\]{}:,]/g)) {
    if (token.startsWith("#")) continue;
    if (token === "{" || token === "[") {
      stack.push({ bracket: token, name: isValue ? name : undefined, names: [] });
      isValue = false;
      name = undefined;
    } else if (token === "}" || token === "]") {
      stack.pop();
      isValue = false;
      name = undefined;
    } else if (token === ":") {
      isValue = true;
    } else if (token === ",") {
      isValue = false;
    } else if (isValue) {
      isValue = false;
    } else {
      name = token;
    }
    // The name counts once it is followed by a value.
    if (token === ":" && name !== undefined) stack.at(-1)?.names.push(name);
  }
  // A value that is being written still belongs to its name.
  if (/:\s*[\w."-]*$/.test(text)) isValue = true;
  return { stack, name, isValue };
}

function fresh({ names }: Open, suggestions: readonly Suggestion[]): readonly Suggestion[] {
  return suggestions.filter(({ label }) => !names.includes(label));
}

const LIST: Suggestion = {
  label: "[ ]",
  insert: "[\n  $0\n]",
  detail: "list of layers",
  documentation: "Layers in their order.",
};

const BRANCH: Suggestion = {
  label: "{ layers }",
  insert: "{ layers: [$0] }",
  detail: "branch",
  documentation: "A branch: a sequence of layers.",
};

const BRANCH_FIELDS: readonly Suggestion[] = [
  { label: "layers", insert: "layers: [$0]", detail: "layers", documentation: "Its layers." },
  { label: "name", insert: 'name: "$0"', detail: "text", documentation: "Its name." },
];

const DEFINITIONS: Readonly<
  Record<string, Pick<LayerDefinition, "description" | "torchName" | "options">>
> = LAYERS;

const KINDS: readonly Suggestion[] = Object.entries(DEFINITIONS).map(
  ([kind, { description, torchName, options }]) => {
    const required = Object.entries(options).filter(([, option]) =>
      defaultOf(option) === undefined
    );
    const fields = required.map(([name, option], at) => `${name}: ${placeholder(option, at + 1)}`);
    return {
      label: kind,
      insert: `${kind}: ${fields.length === 0 ? "{$0}" : `{ ${fields.join(", ")}$0 }`}`,
      detail: torchName,
      documentation: description,
    };
  },
);

function asLayer(suggestion: Suggestion): Suggestion {
  return { ...suggestion, insert: `{ ${suggestion.insert} }` };
}

function placeholder(option: Option, at: number): string {
  switch (option.type) {
    case "layers":
      return `[\${${at}}]`;
    case "branches":
      return `[{ layers: [\${${at}}] }, { layers: [] }]`;
    case "name":
      return `\${${at}:${option.names[0] ?? ""}}`;
    default:
      return `\${${at}}`;
  }
}

function optionOf(kind: string | undefined, name: string): Option | undefined {
  const definition = kind !== undefined && Object.hasOwn(DEFINITIONS, kind)
    ? DEFINITIONS[kind]
    : undefined;
  const options: Readonly<Record<string, Option>> = definition?.options ?? {};
  return Object.hasOwn(options, name) ? options[name] : undefined;
}

function optionsOf(kind: string | undefined): readonly Suggestion[] {
  if (kind === undefined || !Object.hasOwn(DEFINITIONS, kind)) return [];
  return Object.entries(DEFINITIONS[kind]?.options ?? {}).map(([name, option]) => ({
    label: name,
    insert: `${name}: ${placeholder(option, 1)}`,
    detail: describeOption(option),
    documentation: `${option.description.charAt(0).toUpperCase()}${option.description.slice(1)}.`,
  }));
}

function valuesOf(option: Option | undefined): readonly Suggestion[] {
  const values = option?.type === "flag"
    ? ["true", "false"]
    : option?.type === "name"
    ? option.names
    : [];
  return values.map((value) => ({ label: value, insert: value, detail: "", documentation: "" }));
}

/** Describes the values of an option and its default: '1 to 65536 = 1'. */
export function describeOption(option: Option): string {
  const fallback = defaultOf(option);
  const shown = fallback === undefined || fallback === null ? "" : ` = ${JSON.stringify(fallback)}`;
  switch (option.type) {
    case "integer":
    case "number":
    case "sizes":
    case "numbers":
      return `${rangeText(option)}${shown}`;
    case "flag":
      return `true or false${shown}`;
    case "name":
      return option.names.join(", ");
    case "text":
    case "layers":
    case "branches":
      return option.type;
    case "classWeights":
      return "class weights";
    default:
      return option satisfies never;
  }
}
