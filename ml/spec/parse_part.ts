/** Parses the parts of a training request. */
import { defaultOf } from "../options/option.ts";
import { LAYERS } from "../network/layers.ts";
import { type ParseContext, parseKind, parseOptions, parseValue } from "../options/parse.ts";
import type { Problem } from "../options/problem.ts";
import type { Tagged } from "../options/option.ts";
import { MAX_LIST_LENGTH, type Part, type PartDefinition, partDefinition } from "./parts.ts";

/** Parses a part. Returns null, a single value's default or an empty list if it was left out or has problems. */
export function parsePart(part: Part, value: unknown, problems: Problem[]): unknown {
  const definition = partDefinition(part);
  const context = { layers: LAYERS, problems };
  const isGiven = value !== undefined && value !== null;
  switch (definition.form) {
    case "kind": {
      const { kinds, noun } = definition;
      return isGiven ? parseKind(kinds, noun, value, [part], context) ?? null : null;
    }
    case "list":
      return isGiven ? parseList(part, definition, value, context) : [];
    case "options": {
      if (!isGiven) return null;
      return parseOptions(part, definition.options, value, [part], context, 0) ?? null;
    }
    case "value": {
      const { option } = definition;
      const fallback = defaultOf(option) ?? null;
      return isGiven ? parseValue(part, option, value, [part], context, 0) ?? fallback : fallback;
    }
    default:
      return definition satisfies never;
  }
}

/** Parses a list of values of a registry; those with problems are left out. */
function parseList(
  part: Part,
  { kinds, noun }: Extract<PartDefinition, { form: "list" }>,
  value: unknown,
  context: ParseContext,
): readonly Tagged[] {
  // GraphQL takes a single value for a list of one.
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length > MAX_LIST_LENGTH) {
    const message =
      `Cannot train: ${part} must have at most ${MAX_LIST_LENGTH} entries, got ${list.length}.`;
    context.problems.push({ path: [part], message });
    return [];
  }
  return list.flatMap((each, at) => parseKind(kinds, noun, each, [part, at], context) ?? []);
}
