/** Limits of a single operation. docs/security.md lists them with those that operators configure. */
import { refusal } from "../../http/refusal.ts";
import type { OperationSize } from "./operation_size.ts";
import { GraphQLError } from "graphql";

/** Maxima of an operation. GraphiQL's introspection and the page's own operations stay well below. */
export const OPERATION_LIMITS: Readonly<Record<keyof OperationSize | "tokens" | "cost", number>> = {
  tokens: 4000,
  depth: 12,
  introspectionDepth: 16,
  introspectionLists: 2,
  fields: 400,
  aliases: 50,
  directives: 50,
  directivesAtOnce: 4,
  cost: 50_000,
};

/** Message of each limit. */
const WORDS: Readonly<Record<keyof OperationSize, (max: number, got: number) => string>> = {
  depth: (max, got) => `have a depth of at most ${max}, got ${got}`,
  introspectionDepth: (max, got) =>
    `have a depth of at most ${max} in what it asks of the schema, got ${got}`,
  introspectionLists: (max, got) =>
    `ask for at most ${max} lists of the schema inside each other, got ${got}`,
  fields: (max, got) => `have at most ${max} fields, got ${got}`,
  aliases: (max, got) => `have at most ${max} aliases, got ${got}`,
  directives: (max, got) => `have at most ${max} directives, got ${got}`,
  directivesAtOnce: (max, got) => `have at most ${max} directives in one place, got ${got}`,
};

/** Returns the error that refuses an operation for its size; undefined if it is within the limits. */
export function tooLarge(size: OperationSize): GraphQLError | undefined {
  for (const name of Object.keys(WORDS) as (keyof OperationSize)[]) {
    if (size[name] > OPERATION_LIMITS[name]) {
      return refusal(`the operation must ${WORDS[name](OPERATION_LIMITS[name], size[name])}.`);
    }
  }
  return undefined;
}
