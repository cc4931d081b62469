/** Parses values of kinds from the form in which clients write them: fills in defaults and reports every problem. */
import { isInFloat32 } from "../../lib/float32.ts";
import type { Kinds } from "./kinds.ts";
import {
  type Branch,
  type ClassWeights,
  defaultOf,
  type NumbersOption,
  type Option,
  type Options,
  type Sizes,
  type Tagged,
} from "./option.ts";
import {
  FLOAT32_RULE,
  type Path,
  type Problem,
  show,
  unknownProblem,
  valueProblem,
} from "./problem.ts";

/** The surroundings of a value that is parsed. */
export interface ParseContext {
  /** The registry of layers, for options that hold layers. */
  readonly layers: Kinds;
  /** Problems that were found are added here. */
  readonly problems: Problem[];
}

/** The deepest nesting of layers. */
const MAX_NESTING = 8;

/** The largest number of layers in one list. */
const MAX_LISTED = 1000;

/**
 * Parses a value of a registry: an object with one key, the kind. Returns undefined if it has problems.
 *
 * @param what the registry in words: 'layer'
 */
export function parseKind(
  kinds: Kinds,
  what: string,
  value: unknown,
  path: Path,
  context: ParseContext,
  depth = 0,
): Tagged | undefined {
  const { problems } = context;
  const members = isRecord(value) ? Object.entries(value).filter(([, x]) => x !== undefined) : [];
  const [first, ...others] = members;
  if (first === undefined || others.length > 0) {
    problems.push({
      path,
      message: typeof value === "string" && Object.hasOwn(kinds, value)
        ? `Cannot train: each ${what} must have its options, got ${
          show(value)
        }. Write ${value}: {}.`
        : `Cannot train: each ${what} must have exactly one kind, got ${
          members.length === 0 ? show(value) : members.map(([kind]) => kind).join(" and ")
        }.`,
    });
    return undefined;
  }
  const [kind, given] = first;
  const definition = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (!definition) {
    problems.push(unknownProblem([...path, kind], what, kind, Object.keys(kinds)));
    return undefined;
  }
  const values = parseOptions(kind, definition.options, given, [...path, kind], context, depth);
  return values && { kind, ...values };
}

/**
 * Parses an object with options. Returns undefined if they have problems.
 *
 * @param kind the object's name in messages: 'conv2d'
 */
export function parseOptions(
  kind: string,
  options: Options,
  given: unknown,
  path: Path,
  context: ParseContext,
  depth: number,
): Readonly<Record<string, unknown>> | undefined {
  const { problems } = context;
  const before = problems.length;
  if (!isRecord(given)) {
    problems.push(valueProblem(path, kind, given, "an object with its options"));
    return undefined;
  }
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(options, name)) continue;
    problems.push(unknownProblem([...path, name], `${kind}'s option`, name, Object.keys(options)));
  }
  const values = Object.entries(options).map(([name, option]) => {
    const at = [...path, name];
    const value = given[name] ?? undefined;
    if (value === undefined) {
      const fallback = defaultOf(option);
      if (fallback === undefined) {
        problems.push({ path: at, message: `Cannot train: ${kind} must have ${name}.` });
      }
      return [name, fallback];
    }
    return [name, parseValue(name, option, value, at, context, depth)];
  });
  if (problems.length > before) return undefined;
  return Object.fromEntries(values);
}

/** Parses the value of an option. Returns undefined if it has problems. */
export function parseValue(
  name: string,
  option: Option,
  value: unknown,
  path: Path,
  context: ParseContext,
  depth: number,
): unknown {
  const wrong = (rule: string) => {
    context.problems.push(valueProblem(path, name, value, rule));
    return undefined;
  };
  switch (option.type) {
    case "integer":
      return isInteger(value, option) ? value : wrong(`a whole number ${rangeText(option)}`);
    case "number":
      if (!isWithin(value, option)) return wrong(rangeText(option));
      if (!isInFloat32(Number(value))) return wrong(FLOAT32_RULE);
      // 1 - 1e-12 would become 1 there.
      return reachesLimit(Number(value), option)
        ? wrong(`${rangeText(option)}, as a float32`)
        : value;
    case "flag":
      return typeof value === "boolean" ? value : wrong("true or false");
    case "sizes": {
      const parsed = parseSizes(value, option);
      return parsed ?? wrong(`one or two whole numbers ${rangeText(option)}`);
    }
    case "numbers": {
      const rule = brokenListRule(value, option);
      return rule === undefined ? (Array.isArray(value) ? value : [value]) : wrong(rule);
    }
    case "text":
      return typeof value === "string" && value !== "" && value.length <= option.maxLength
        ? value
        : wrong(`1 to ${option.maxLength} characters`);
    case "name":
      return option.names.some((known) => known === value)
        ? value
        : wrong(`one of ${option.names.join(", ")}`);
    case "layers":
      return parseLayers(value, path, context, depth + 1);
    case "branches":
      return parseBranches(value, path, context, depth);
    case "classWeights":
      return parseClassWeights(value) ?? wrong("{ balanced: true } or { values: [...] }");
    default:
      return option satisfies never;
  }
}

/** Parses a list of layers. Problems go to the context; layers that have some are left out. */
export function parseLayers(
  value: unknown,
  path: Path,
  context: ParseContext,
  depth = 0,
): readonly Tagged[] {
  const { problems, layers: kinds } = context;
  // GraphQL takes a single value for a list of one.
  const list = Array.isArray(value) ? value : [value];
  if (depth > MAX_NESTING) {
    problems.push({
      path,
      message: `Cannot train: layers must be nested at most ${MAX_NESTING} deep.`,
    });
    return [];
  }
  if (list.length > MAX_LISTED) {
    problems.push({
      path,
      message: `Cannot train: a list must have at most ${MAX_LISTED} layers, got ${list.length}.`,
    });
    return [];
  }
  return list.flatMap((layer, at) =>
    parseKind(kinds, "layer", layer, [...path, at], context, depth) ?? []
  );
}

function parseBranches(
  value: unknown,
  path: Path,
  context: ParseContext,
  depth: number,
): readonly Branch[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length < 2) {
    context.problems.push({
      path,
      message: `Cannot train: there must be 2 branches or more, got ${list.length}.`,
    });
  }
  return list.map((branch, at): Branch => {
    const { name = null, layers = [], ...others } = isRecord(branch) ? branch : {};
    const [other] = Object.keys(others);
    if (!isRecord(branch) || other !== undefined) {
      context.problems.push(
        valueProblem([...path, at], "branch", branch, "an object with layers and a name"),
      );
    }
    if (name !== null && typeof name !== "string") {
      context.problems.push(valueProblem([...path, at, "name"], "name", name, "text"));
    }
    return {
      name: typeof name === "string" ? name : null,
      layers: parseLayers(layers, [...path, at, "layers"], context, depth + 1),
    };
  });
}

function parseClassWeights(value: unknown): ClassWeights | undefined {
  if (!isRecord(value)) return undefined;
  const [only, ...others] = Object.entries(value).filter(([, x]) => x !== undefined && x !== null);
  if (only === undefined || others.length > 0) return undefined;
  const [kind, given] = only;
  if (kind === "balanced") return given === true ? { kind } : undefined;
  if (kind !== "values" || !Array.isArray(given) || given.length === 0) return undefined;
  const isWeight = (weight: unknown) =>
    typeof weight === "number" && weight >= 0 && isInFloat32(weight);
  return given.every(isWeight) && given.some((weight) => weight > 0)
    ? { kind, values: given }
    : undefined;
}

interface Range {
  readonly min: number;
  readonly max: number;
  readonly exclusiveMin?: boolean;
  readonly exclusiveMax?: boolean;
}

function isWithin(value: unknown, { min, max, exclusiveMin, exclusiveMax }: Range): boolean {
  return typeof value === "number" && Number.isFinite(value) &&
    (exclusiveMin ? value > min : value >= min) && (exclusiveMax ? value < max : value <= max);
}

/** Returns whether a number is that of an exclusive limit once it is rounded to float32. */
function reachesLimit(value: number, { min, max, exclusiveMin, exclusiveMax }: Range): boolean {
  const single = Math.fround(value);
  return (exclusiveMin === true && single === Math.fround(min)) ||
    (exclusiveMax === true && single === Math.fround(max));
}

function isInteger(value: unknown, range: Range): boolean {
  return Number.isSafeInteger(value) && isWithin(value, range);
}

/** Describes a range: 'of 1 or more', 'from 0 to less than 1'. */
export function rangeText({ min, max, exclusiveMin, exclusiveMax }: Range): string {
  const low = exclusiveMin ? `above ${min}` : `${min} or more`;
  if (max === Number.MAX_VALUE) return low;
  if (exclusiveMin) return `${low} and ${exclusiveMax ? "below" : "at most"} ${max}`;
  return `from ${min} to ${exclusiveMax ? "less than " : ""}${max}`;
}

function parseSizes(value: unknown, range: Range): Sizes | undefined {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const [height, width = height, ...others] = list;
  if (others.length > 0 || !isInteger(height, range) || !isInteger(width, range)) return undefined;
  return [Number(height), Number(width)];
}

function brokenListRule(value: unknown, option: NumbersOption): string | undefined {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const { length, integers, ascending } = option;
  const isValid = integers ? isInteger : isWithin;
  const noun = integers ? "whole numbers" : "numbers";
  const isRightLength = length === undefined ? list.length > 0 : list.length === length;
  if (!isRightLength || !list.every((entry) => isValid(entry, option))) {
    return `${length ?? "one or more"} ${noun} ${rangeText(option)}`;
  }
  if (!list.every((entry) => isInFloat32(Number(entry)))) return `${FLOAT32_RULE}, each`;
  const isAscending = list.every((entry, at) => at === 0 || Number(entry) > Number(list[at - 1]));
  return ascending && !isAscending ? "in ascending order" : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
