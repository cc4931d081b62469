/** Operations as the page shows them. */
import type { Operation } from "../api/operation.ts";

/** An operation with its current variables. */
export interface ShownOperation {
  /** Its purpose in a word or two. */
  readonly label: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Pairs an operation with its variables, checked against each other. */
export function shown<Data, Variables extends Record<string, unknown>>(
  label: string,
  { query }: Operation<Data, Variables>,
  variables: Variables,
): ShownOperation {
  return { label, query, variables };
}
