/**
 * A process that opens a store and prints what comes of it: `open_store.ts PLACE`.
 */
import { openAt } from "../../support/test_database.ts";

try {
  await (await openAt(Deno.args[0] ?? "")).close();
  console.log("opened");
} catch (error) {
  console.log(String(error));
}
