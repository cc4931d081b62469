/** Prints schema.graphql, the API as SDL: what clients read and generate code from. Run it after a change of the schema. */
import { lexicographicSortSchema, printSchema } from "graphql";
import { createApiSchema } from "../resolvers/api_schema.ts";

/** The file of the checked-in SDL. */
export const SCHEMA_FILE = new URL("../schema.graphql", import.meta.url);

/** The whole schema as SDL, sorted, so that a diff shows what changed and nothing else. */
export function printApiSchema(): string {
  return `${printSchema(lexicographicSortSchema(createApiSchema()))}\n`;
}

if (import.meta.main) {
  await Deno.writeTextFile(SCHEMA_FILE, printApiSchema());
  console.log("schema.graphql is written");
}
