/** Writes an operation's variables into its text, so that any client can run it as it stands. */
import {
  astFromValue,
  type GraphQLSchema,
  isInputType,
  parse,
  print,
  typeFromAST,
  type ValueNode,
  visit,
} from "graphql";

/**
 * Writes values in the place of variables. An argument whose variable has no value is left out.
 *
 * @param schema says which values are enums, which JSON cannot tell from strings
 *
 * @example
 * ```ts
 * inlineVariables("query Run($id: ID!) { run(id: $id) { name } }", { id: "abc" }, schema);
 * // query Run { run(id: "abc") { name } }
 * ```
 */
export function inlineVariables(
  query: string,
  variables: Readonly<Record<string, unknown>>,
  schema: GraphQLSchema,
): string {
  const values = new Map<string, ValueNode>();
  const document = visit(parse(query), {
    VariableDefinition({ variable: { name }, type: typeNode }) {
      const type = typeFromAST(schema, typeNode);
      const value = variables[name.value];
      const node = value !== undefined && isInputType(type) ? astFromValue(value, type) : undefined;
      if (node) values.set(name.value, node);
      return null;
    },
  });
  return print(visit(document, {
    Argument({ value }) {
      return value.kind === "Variable" && !values.has(value.name.value) ? null : undefined;
    },
    Variable({ name }) {
      return values.get(name.value);
    },
  }));
}
