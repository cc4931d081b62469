/** Prints schema.graphql, the API as SDL, from which clients generate code. Run it after a change of the schema. */
import { lexicographicSortSchema, printSchema } from "graphql";
import { createApiSchema } from "../resolvers/api_schema.ts";

/** The file of the checked-in SDL. */
export const SCHEMA_FILE = new URL("../schema.graphql", import.meta.url);

/** Prints the whole schema as sorted SDL, so that a diff shows only changes. */
export function printApiSchema(): string {
  return `${printSchema(lexicographicSortSchema(createApiSchema()))}\n`;
}

if (import.meta.main) {
  await Deno.writeTextFile(SCHEMA_FILE, printApiSchema());
  console.log("schema.graphql is written");
}
