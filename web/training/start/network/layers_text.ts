/**
 * Layers as text: YAML, JSON, or a value as a GraphQL client writes it. The text may be the list of layers, or what
 * holds it: a network, or all settings of a training.
 */
import {
  type ASTNode,
  GraphQLError,
  parseConstValue,
  valueFromASTUntyped,
  type ValueNode,
} from "graphql";
import type { readYaml } from "../../../../lib/text/yaml.ts";
import { INPUT_SETTINGS } from "../../../../ml/spec/input_settings.ts";
import type { Path } from "../../../../ml/options/problem.ts";
import { fieldsOf } from "../../../../ml/spec/words/part_text.ts";

/** A range of characters. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** Text that was read. */
export type ReadLayers =
  | {
    readonly ok: true;
    /** The layers, not checked; undefined where the text has settings, but no layers. */
    readonly value: unknown;
    /** Settings of a training: those of the text, or its layers alone; not checked. */
    readonly request: Settings;
    /** True if the text has more settings than the layers. */
    readonly isWhole: boolean;
    /** Finds the text of a field of the request with its value, or of the nearest one around it. */
    locate(path: Path): TextRange;
  }
  | { readonly ok: false; readonly message: string; readonly range: TextRange };

/** Settings of a training by their names; not checked. */
export type Settings = Readonly<Record<string, unknown>>;

/** A value, and where its parts are in the text. */
interface Parsed {
  readonly ok: true;
  readonly value: unknown;
  locate(path: Path): TextRange;
}

type Refused = Extract<ReadLayers, { ok: false }>;

/**
 * Reads layers from text.
 *
 * @param yaml reads YAML and JSON; without it, only GraphQL's values are read
 */
export function readLayers(text: string, yaml?: typeof readYaml): ReadLayers {
  if (text.trim() === "") {
    const range = { start: 0, end: text.length };
    return { ok: false, message: "Cannot read the layers: there are none.", range };
  }
  const literal = readLiteral(text);
  const read = literal.ok || !yaml ? literal : readAsYaml(text, yaml, literal);
  return read.ok ? layersIn(read) : read;
}

/** Finds the layers in what was read: the value itself, its `layers`, or its `network: { layers }`. */
function layersIn({ value, locate }: Parsed): ReadLayers {
  const fields = Array.isArray(value) ? {} : fieldsOf(value);
  if (Object.keys(fields).some((name) => INPUT_SETTINGS.includes(name))) {
    const { layers } = fieldsOf(fields.network);
    const isWhole = layers === undefined || Object.keys(fields).length > 1;
    return { ok: true, value: layers, request: fields, isWhole, locate };
  }
  const [network, depth] = "layers" in fields ? [fields, 1] : [{ layers: value }, 2];
  return {
    ok: true,
    value: network.layers,
    request: { network },
    isWhole: false,
    locate: (path) => locate(path.slice(depth)),
  };
}

function readLiteral(text: string): Parsed | Refused {
  try {
    const node = parseConstValue(text);
    return {
      ok: true,
      value: valueFromASTUntyped(node),
      locate: (path) => locate(node, path),
    };
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const start = Math.min(error.positions?.[0] ?? 0, text.length);
    const message = error.message
      .replace(/^Syntax Error: /, "Cannot read the layers: ")
      .replace("Unexpected <EOF>", "the text ends too early")
      .replace("Expected <EOF>, found", "nothing may follow the list, found")
      .replace("<EOF>", "the end");
    return { ok: false, message, range: { start, end: Math.min(start + 1, text.length) } };
  }
}

/** @param literal why the text is no value of GraphQL's, which is said of text that looks like one */
function readAsYaml(text: string, yaml: typeof readYaml, literal: Refused): Parsed | Refused {
  const read = yaml(text);
  if (read.ok) return { ok: true, value: read.value, locate: (path) => read.find(path) };
  // JSON quotes its names.
  if (/^\s*(?:#.*\s+)*[[{]/.test(text) && !/[{,]\s*"/.test(text)) return literal;
  const { reason, offset } = read;
  const start = Math.min(offset, text.length);
  return {
    ok: false,
    message: `Cannot read the layers: ${reason}.`,
    range: { start, end: Math.min(start + 1, text.length) },
  };
}

/** Finds the node of a path, or the last one on the way to it. */
function locate(value: ValueNode, [key, ...rest]: Path, node: ASTNode = value): TextRange {
  const child = key === undefined ? undefined : childOf(value, key);
  if (child) return locate(child.kind === "ObjectField" ? child.value : child, rest, child);
  const { start = 0, end = 0 } = node.loc ?? {};
  return { start, end };
}

function childOf(node: ValueNode, key: string | number) {
  if (node.kind === "ListValue") return node.values[Number(key)];
  // GraphQL takes a single value for a list of one.
  if (typeof key === "number") return key === 0 ? node : undefined;
  if (node.kind !== "ObjectValue") return undefined;
  return node.fields.find(({ name }) => name.value === key);
}

const LINE_LENGTH = 72;

/** Writes a value as GraphQL, YAML and TypeScript read it, on one line where it fits. */
export function printValue(value: unknown, indent = ""): string {
  const line = oneLine(value);
  if (indent.length + line.length <= LINE_LENGTH && !isLayerList(value)) return line;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const entries = value.map((entry) => `${inner}${printValue(entry, inner)}`);
    return `[\n${entries.join(",\n")}\n${indent}]`;
  }
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).map(([name, field]) =>
      `${name}: ${printValue(field, indent)}`
    );
    return `{ ${fields.join(", ")} }`;
  }
  return line;
}

/** Checks whether a value is a list of several layers: each is written on a line of its own. */
function isLayerList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 1 && typeof value[0] === "object";
}

/** The names that GraphQL writes without quotes. */
const NAME = /^[A-Z][A-Z0-9_]*$/;

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).map(([name, field]) => `${name}: ${oneLine(field)}`);
    return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
  }
  // The only texts in layers are names of layers and names of enums.
  return typeof value === "string" && NAME.test(value) ? value : JSON.stringify(value) ?? "null";
}
