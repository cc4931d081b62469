/** Text in YAML, or in JSON, which YAML includes, with the places of its values. */
import { isCollection, isMap, isNode, isScalar, LineCounter, parseDocument } from "yaml";
import { reasonOf } from "../error_message.ts";

/** The place of a value in a text, as offsets of characters. */
export interface YamlPlace {
  /** Start of the field, with its name, or of the list's entry. */
  readonly start: number;
  /** Start of the value alone. */
  readonly valueStart: number;
  readonly end: number;
}

/** The result of reading a text: its value, or what is wrong with it, without a full stop, and where. */
export type YamlText =
  & {
    /** Returns the line and the column of an offset, from 1. */
    placeOf(offset: number): { readonly line: number; readonly column: number };
  }
  & (
    | {
      readonly ok: true;
      readonly value: unknown;
      /** Finds the value at a path, or the nearest one around it. */
      find(path: readonly (string | number)[]): YamlPlace;
    }
    | { readonly ok: false; readonly reason: string; readonly offset: number }
  );

/** Reads a text. One that holds several documents, or a value that contains itself, is refused. */
export function readYaml(text: string): YamlText {
  const lines = new LineCounter();
  const document = parseDocument(text, { prettyErrors: false, lineCounter: lines });
  const placeOf = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const [first] = document.errors;
  if (first) {
    const reason = first.code === "MULTIPLE_DOCS" ? "there must be one document" : reasonOf(first);
    return { ok: false, reason, offset: first.pos[0], placeOf };
  }
  try {
    const value: unknown = document.toJS();
    // A value that contains itself has no form in JSON.
    JSON.stringify(value);
    return { ok: true, value, placeOf, find: (path) => find(document.contents, path) };
  } catch (error) {
    return { ok: false, reason: reasonOf(error), offset: 0, placeOf };
  }
}

function find(root: unknown, path: readonly (string | number)[]): YamlPlace {
  let place = placeOfNode(root, root) ?? { start: 0, valueStart: 0, end: 0 };
  let node = root;
  for (const key of path) {
    const pair = isMap(node)
      ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key))
      : undefined;
    node = pair ? pair.value : isCollection(node) ? node.get(key, true) : undefined;
    const found = placeOfNode(node, pair?.key ?? node);
    if (!found) break;
    place = found;
  }
  return place;
}

/** @param first the node that the place starts with */
function placeOfNode(node: unknown, first: unknown): YamlPlace | undefined {
  if (!isNode(node) || !node.range || !isNode(first) || !first.range) return undefined;
  return { start: first.range[0], valueStart: node.range[0], end: node.range[1] };
}
