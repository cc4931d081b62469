/** The types of the API that the CLI and the page are checked against. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { CLIENT_TYPES_FILE, printClientTypes } from "../../tools/print_client_types.ts";
import { SCHEMA_FILE } from "../../tools/print_schema.ts";

describe("the clients' types of the API", () => {
  it("are those that schema.graphql generates", async () => {
    assertEquals(
      await Deno.readTextFile(CLIENT_TYPES_FILE),
      printClientTypes(await Deno.readTextFile(SCHEMA_FILE)),
      "web/api/schema_types.ts is not up to date: run 'deno task client-types'",
    );
  });
});
