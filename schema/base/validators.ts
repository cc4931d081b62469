/**
 * Rules for arguments: zod schemas whose messages are sentences for clients, and the conversion of their issues to one
 * GraphQL error. The rules of training specs are in ml/spec/fields.ts.
 */
import type { StandardSchemaV1 } from "@pothos/plugin-validation";
import type { GraphQLError } from "graphql";
import { z } from "zod";
import { isLine } from "../../runs/log/description.ts";
import { badInput } from "./errors.ts";

/**
 * A whole number within limits.
 *
 * @param purpose completes 'Cannot …'
 */
export function intBetween(purpose: string, name: string, min: number, max?: number) {
  const range = max === undefined ? `${min} or more` : `between ${min} and ${max}`;
  const error = (issue: { readonly input?: unknown }) =>
    `Cannot ${purpose}: ${name} must be ${range}, got ${issue.input}.`;
  return z.int({ error }).min(min, { error }).max(max ?? Infinity, { error });
}

/**
 * A line of text that people can read and every database can hold.
 *
 * @param purpose completes 'Cannot …'
 * @param max the largest number of characters, as people count them
 */
export function line(purpose: string, name: string, max: number) {
  return z.string().refine(
    (text) => isLine(text, max),
    {
      error: ({ input }) =>
        `Cannot ${purpose}: ${name} must be a line of 1 to ${max} characters, ` +
        `got ${JSON.stringify(shorten(String(input)))}.`,
    },
  );
}

/**
 * Text of any number of lines, also none, that every database can hold.
 *
 * @param purpose completes 'Cannot …'
 * @param max the largest number of characters, as people count them
 */
export function text(purpose: string, name: string, max: number) {
  return z.string().refine(
    (text) => [...text].length <= max && /^(?:[^\p{Cc}\p{Cs}]|[\t\n\r])*$/u.test(text),
    {
      error: ({ input }) =>
        `Cannot ${purpose}: ${name} must be text of at most ${max} characters, ` +
        `got ${[...String(input)].length}: ${JSON.stringify(shorten(String(input)))}.`,
    },
  );
}

/**
 * Builds the error of invalid arguments: the sentence of each finding, and the path to the first.
 */
export function validationError({ issues }: StandardSchemaV1.FailureResult): GraphQLError {
  const path = (issues[0]?.path ?? []).map((part) => typeof part === "object" ? part.key : part);
  return badInput(
    issues.map((issue) => issue.message).join(" "),
    path.map((key) => typeof key === "symbol" ? key.toString() : key),
  );
}

function shorten(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 40)}…`;
}
