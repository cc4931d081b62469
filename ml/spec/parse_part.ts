/** Parses the parts of a training request. */
import { defaultOf } from "../options/option.ts";
import { LAYERS } from "../network/layers.ts";
import { parseKind, parseOptions, parseValue } from "../options/parse.ts";
import type { Problem } from "../options/problem.ts";
import { type Part, partDefinition } from "./parts.ts";

/** Parses a part. Returns null, or a single value's default, if it was left out or has problems. */
export function parsePart(part: Part, value: unknown, problems: Problem[]): unknown {
  const definition = partDefinition(part);
  const context = { layers: LAYERS, problems };
  const isGiven = value !== undefined && value !== null;
  switch (definition.form) {
    case "kind": {
      const { kinds, noun } = definition;
      return isGiven ? parseKind(kinds, noun, value, [part], context) ?? null : null;
    }
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
