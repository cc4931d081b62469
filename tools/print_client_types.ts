/**
 * Writes the API's types for the clients in this repository: web/api/schema_types.ts, from schema.graphql.
 * gql.tada infers the types of each operation's variables and result from them.
 */
import { preprocessIntrospection } from "gql.tada/internal";
import { buildSchema, introspectionFromSchema } from "graphql";
import { SCHEMA_FILE } from "./print_schema.ts";

/** The generated file, checked in so that a checkout type-checks as it is. */
export const CLIENT_TYPES_FILE = new URL("../web/api/schema_types.ts", import.meta.url);

/**
 * Prints the TypeScript types of a schema, one line per GraphQL type.
 *
 * @param sdl the schema as SDL, such as the text of schema.graphql
 */
export function printClientTypes(sdl: string): string {
  const schema = introspectionFromSchema(buildSchema(sdl), { descriptions: false });
  const types = preprocessIntrospection(schema).split("\n")
    .filter((line) => !line.trimStart().startsWith("'__"));
  return [
    "/** Generated from schema.graphql by 'deno task client-types': do not edit. */",
    `export type Schema = ${types.join("\n").trim()};`,
    "",
  ].join("\n");
}

if (import.meta.main) {
  await Deno.writeTextFile(
    CLIENT_TYPES_FILE,
    printClientTypes(await Deno.readTextFile(SCHEMA_FILE)),
  );
  console.log("web/api/schema_types.ts is written");
}
