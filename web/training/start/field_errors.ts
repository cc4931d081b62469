/** Assigns the API's errors to the start form's fields, by the path in their extensions. */
import { ApiError } from "../../api/request.ts";
import { errorText } from "../../parts/error_text.ts";
import { type FieldErrors, type FieldName, isFieldName } from "./read_start_form.ts";

/** Errors by field, and the rest in one text. */
export interface StartErrors {
  readonly fields: FieldErrors;
  readonly other: string | undefined;
}

/** Sorts the errors of a refused mutation. */
export function sortErrors(problem: unknown): StartErrors {
  if (!(problem instanceof ApiError)) return { fields: {}, other: errorText(problem) };
  const fields: Partial<Record<FieldName, string>> = {};
  const other: string[] = [];
  for (const { message, extensions } of problem.errors) {
    const path = extensions?.path;
    const field = Array.isArray(path) ? path.at(-1) : fieldOf(message);
    if (isFieldName(field)) fields[field] = message;
    else other.push(message);
  }
  return { fields, other: other.length > 0 ? other.join(" ") : undefined };
}

/** Finds the field of an error that GraphQL itself reports, such as an Int beyond 32 bits. */
function fieldOf(message: string): string | undefined {
  return /at "input\.(\w+)"/.exec(message)?.[1];
}
