/// <reference lib="dom" />
/** Assigns the API's errors to the start form's fields, by the paths in their extensions. */
import { count } from "../../../lib/format.ts";
import type { Path, Problem } from "../../../ml/options/problem.ts";
import { ApiError } from "../../api/request.ts";
import { errorText } from "../../parts/error_text.ts";
import { type FieldErrors, fieldOfPath } from "./field_names.ts";

/** Errors by field, and the rest in one text. */
export interface StartErrors {
  readonly fields: FieldErrors;
  readonly other: string | undefined;
}

/** Sorts the errors of a refused mutation. */
export function sortErrors(problem: unknown): StartErrors {
  if (!(problem instanceof ApiError)) return { fields: {}, other: errorText(problem) };
  return sortProblems(
    problem.errors.flatMap(({ message, extensions }) =>
      problemsOf(extensions?.problems) ?? [{ message, path: pathOf(message, extensions?.path) }]
    ),
  );
}

/** Sorts problems by the fields of the form. */
export function sortProblems(problems: readonly Problem[]): StartErrors {
  const fields: Record<string, string> = {};
  const other: string[] = [];
  for (const { path, message } of problems) {
    const field = fieldOfPath(path);
    if (field === undefined) other.push(message);
    else fields[field] ??= message;
  }
  return { fields, other: other.length > 0 ? other.join(" ") : undefined };
}

/** Shortens a problem for the place under its field, which names it already: 'Must be between 1 and 10,000.' */
export function underField(message: string): string {
  const [, rule] = /^Cannot .*: [\w.]+ (must (?:be|have) .+)$/s.exec(message) ?? [];
  if (rule === undefined) return message;
  return `M${rule.slice(1)}`.replace(/\b\d{5,}\b/g, (digits) => count(Number(digits)));
}

/** Reads the problems in an error's extensions. */
function problemsOf(problems: unknown): readonly Problem[] | undefined {
  return Array.isArray(problems) && problems.length > 0 ? problems : undefined;
}

/** Returns an error's path. GraphQL itself writes it into the message, as for an Int beyond 32 bits. */
function pathOf(message: string, path: unknown): Path {
  if (Array.isArray(path)) return path;
  return /at "input\.([\w.]+)"/.exec(message)?.[1]?.split(".") ?? [];
}
