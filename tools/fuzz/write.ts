/** Prints an operation as a document with its variables. */
import type { Operation, Selection } from "./documents.ts";
import type { Pool } from "./pool.ts";
import type { Value } from "./values.ts";

/** A printed operation. */
export interface Written {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * Prints an operation.
 *
 * @param pool values that it may use
 */
export function write({ type, name, isWild, selections }: Operation, pool: Pool): Written {
  const variables: Record<string, unknown> = {};
  const definitions: string[] = [];
  const fragments: string[] = [];
  let aliases = 0;

  /** @param isConstant forbids variables, for the default of a variable */
  const literal = (value: Value, isConstant = false): string => {
    switch (value.kind) {
      case "json":
        return JSON.stringify(value.json);
      case "enum":
        return value.name;
      case "junk":
        return value.literal;
      case "list":
        return `[${value.items.map((item) => literal(item, isConstant)).join(", ")}]`;
      case "object": {
        const fields = value.fields.map(([name, inner]) =>
          `${name}: ${literal(inner, isConstant)}`
        );
        return `{ ${fields.join(", ")} }`;
      }
      case "known": {
        const known = pool.find(value.sources, value.nth);
        return known === undefined ? literal(value.otherwise, isConstant) : JSON.stringify(known);
      }
      case "variable": {
        if (isConstant) return literal(value.value, isConstant);
        const at = `v${definitions.length}`;
        const usual = value.isDefault ? ` = ${literal(value.value, true)}` : "";
        definitions.push(`$${at}: ${value.type}${usual}`);
        if (!value.isDefault) variables[at] = toJson(value.value, pool);
        return `$${at}`;
      }
      default:
        return value satisfies never;
    }
  };
  const selection = (node: Selection, isInFragment: boolean, taken: Set<string>): string => {
    switch (node.kind) {
      case "field": {
        // Fields with the same response name must not differ.
        const isFree = !taken.has(node.name) && !isInFragment;
        taken.add(node.name);
        const isPlain = isFree || isWild || node.name === "__typename";
        const alias = node.alias ?? (isPlain ? null : `a${++aliases}`);
        const args = node.args.map(([name, value]) => `${name}: ${literal(value)}`).join(", ");
        const inner = node.selections === null ? "" : ` ${set(node.selections, false)}`;
        return `${alias === null ? "" : `${alias}: `}${node.name}${args && `(${args})`} ` +
          `${node.directives}${inner}`;
      }
      case "inline":
        return `... on ${node.on} ${node.directives} ${set(node.selections, true)}`;
      case "named": {
        const inner = set(node.selections, true);
        const called = `F${fragments.length}`;
        fragments.push(`fragment ${called} on ${node.on} ${inner}`);
        return `...${called} ${node.directives}`;
      }
      default:
        return node satisfies never;
    }
  };
  const set = (nodes: readonly Selection[], isInFragment: boolean): string => {
    const taken = new Set<string>();
    return `{ ${nodes.map((node) => selection(node, isInFragment, taken)).join(" ")} }`;
  };

  const body = set(selections, false);
  const head = definitions.length === 0 ? "" : `(${definitions.join(", ")})`;
  return {
    query: [`${type} ${name ?? ""}${head} ${body}`, ...fragments].join("\n"),
    variables,
  };
}

/** Returns a value as JSON. */
function toJson(value: Value, pool: Pool): unknown {
  switch (value.kind) {
    case "json":
    case "junk":
      return value.json;
    case "enum":
      return value.name;
    case "list":
      return value.items.map((item) => toJson(item, pool));
    case "object":
      return Object.fromEntries(value.fields.map(([name, inner]) => [name, toJson(inner, pool)]));
    case "known":
      return pool.find(value.sources, value.nth) ?? toJson(value.otherwise, pool);
    case "variable":
      return toJson(value.value, pool);
    default:
      return value satisfies never;
  }
}
