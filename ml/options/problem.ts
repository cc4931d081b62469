/** Problems of requests: every one has the path to its value and says what must be changed. */
import { closestName } from "../../lib/text/closest_name.ts";

/** A path to a value in a request: ["network", "layers", 4, "conv2d", "kernelSize"]. */
export type Path = readonly (string | number)[];

/** A problem of a request. */
export interface Problem {
  readonly path: Path;
  /** 'Cannot train with kernelSize 0: kernelSize must be 1 or more.' */
  readonly message: string;
}

/** The rule of numbers that engines compute with, to complete 'must be'. */
export const FLOAT32_RULE = "a number that a float32 can hold: 1.2e-38 to 3.4e38 in size";

/** Describes a value that breaks a rule. `rule` completes 'must be'. */
export function valueProblem(path: Path, name: string, value: unknown, rule: string): Problem {
  return { path, message: `Cannot train with ${name} ${show(value)}: ${name} must be ${rule}.` };
}

/** Describes a name that is not known, and suggests the nearest one that is. */
export function unknownProblem(
  path: Path,
  what: string,
  given: string,
  known: readonly string[],
): Problem {
  const nearest = closestName(given, known);
  const hint = nearest === undefined
    ? ` It must be one of ${known.join(", ")}.`
    : ` Did you mean ${nearest}?`;
  return { path, message: `Cannot train: ${what} '${given}' is not known.${hint}` };
}

/** Formats a value for a message. */
export function show(value: unknown): string {
  if (typeof value === "string") return `'${value}'`;
  if (typeof value !== "object" || value === null) return String(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
