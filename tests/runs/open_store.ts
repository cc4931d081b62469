/**
 * A process that opens a store and prints what comes of it: `open_store.ts PATH`.
 */
import { openSqliteStore } from "../../runs/stores/sqlite.ts";

try {
  await (await openSqliteStore(Deno.args[0] ?? "")).close();
  console.log("opened");
} catch (error) {
  console.log(String(error));
}
