/**
 * Operations of the public API: what the panels do, any client can do. The types of each document follow from
 * its text and schema.graphql, inferred by gql.tada at compile time; the bundle holds the text alone.
 */
import type { initGraphQLTada, ResultOf, VariablesOf } from "gql.tada";
import type { Schema } from "./schema_types.ts";

/**
 * Types a GraphQL document by its text, for operation() alone: gql.tada's type promises a parsed document where
 * there is only the text. The fragments that the document uses follow in the text.
 */
export const graphql = ((text: string) => text) as unknown as initGraphQLTada<
  { introspection: Schema; disableMasking: true }
>;

/** An operation's text. The compiler alone knows the types of its variables and its result. */
export interface Operation<Data, Variables> {
  readonly query: string;
  readonly "~types"?: (variables: Variables) => Data;
}

/** Makes an operation of a typed document. */
export function operation<Document>(
  document: Document,
): Operation<ResultOf<Document>, Input<VariablesOf<Document>>> {
  return { query: String(document) };
}

/** Variables as a caller may pass them: lists may be readonly, and undefined is the same as absent, as in JSON. */
type Input<Value> = Value extends readonly (infer Item)[] ? readonly Input<Item>[]
  : Value extends object ? {
      readonly [Name in keyof Value]: Record<never, never> extends Pick<Value, Name>
        ? Input<Value[Name]> | undefined
        : Input<Value[Name]>;
    }
  : Value;

/** The type of an operation's result. */
export type DataOf<Typed> = Typed extends Operation<infer Data, never> ? Data : never;

/** The type of an operation's variables. */
export type VariablesIn<Typed> = Typed extends Operation<unknown, infer Variables> ? Variables
  : never;
