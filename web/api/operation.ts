/** An operation of the public API, as the panels hold it: what they do, any client can do. */

/** An operation's text. The types of its variables and its answer are known to the compiler alone. */
export interface Operation<Data, Variables> {
  readonly query: string;
  readonly "~types"?: (variables: Variables) => Data;
}

/** The variables of an operation that takes none. */
export type None = Record<string, never>;

/** Gives an operation's text its types. */
export function operation<Data, Variables = None>(query: string): Operation<Data, Variables> {
  return { query };
}
