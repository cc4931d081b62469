/**
 * Layers as text, in the form in which a GraphQL client writes them: [{ conv2d: { outChannels: 8, kernelSize: 3 } }].
 * JSON is read as well.
 */
import {
  type ASTNode,
  GraphQLError,
  parseConstValue,
  valueFromASTUntyped,
  type ValueNode,
} from "graphql";
import type { Path } from "../../../../ml/options/problem.ts";

/** A range of characters. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** Text that was read. */
export type ReadLayers =
  | {
    readonly ok: true;
    readonly value: unknown;
    /** Finds the text of a field with its value, or of the nearest one around it. */
    locate(path: Path): TextRange;
  }
  | { readonly ok: false; readonly message: string; readonly range: TextRange };

/** Reads layers from text. */
export function readLayers(text: string): ReadLayers {
  const whole = { start: 0, end: text.length };
  if (text.trim() === "") {
    return { ok: false, message: "Cannot read the layers: there are none.", range: whole };
  }
  try {
    const node = parseConstValue(text);
    return {
      ok: true,
      value: valueFromASTUntyped(node),
      locate: (path) => locate(node, path),
    };
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const json = readJson(text);
    if (json !== undefined) return { ok: true, value: json, locate: () => whole };
    const start = Math.min(error.positions?.[0] ?? 0, text.length);
    const message = error.message
      .replace(/^Syntax Error: /, "Cannot read the layers: ")
      .replace("Unexpected <EOF>", "the text ends too early")
      .replace("Expected <EOF>, found", "nothing may follow the list, found")
      .replace("<EOF>", "the end");
    return { ok: false, message, range: { start, end: Math.min(start + 1, text.length) } };
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
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

/** Writes a value as GraphQL does, on one line where it fits. */
export function printValue(value: unknown, indent = ""): string {
  const line = oneLine(value);
  if (indent.length + line.length <= LINE_LENGTH && !isLayerList(value)) return line;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const entries = value.map((entry) => `${inner}${printValue(entry, inner)}`);
    return `[\n${entries.join("\n")}\n${indent}]`;
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
