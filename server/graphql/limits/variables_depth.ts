/** The depth of variables: GraphQL reads them recursively, so that deep ones would exceed JavaScript's stack. */
import type { GraphQLError } from "graphql";
import { refusal } from "../../http/refusal.ts";

/** The largest depth of variables. Networks at their own limit of nesting stay far below. */
const MAX_VARIABLES_DEPTH = 1000;

/** Returns the error that refuses variables for their depth; undefined if they are within the limit. */
export function tooDeep(variables: unknown): GraphQLError | undefined {
  // Level by level: a walk down would need the stack that is to be spared.
  let level: readonly unknown[] = [variables];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_VARIABLES_DEPTH) {
      return refusal(
        `the variables must have a depth of at most ${MAX_VARIABLES_DEPTH}, got more.`,
      );
    }
    level = level.flatMap((value) =>
      typeof value === "object" && value !== null ? Object.values(value) : []
    );
  }
  return undefined;
}
