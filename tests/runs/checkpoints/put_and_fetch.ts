/** Puts a checkpoint into a store, fetches it, lists it and removes it: run with the permissions of a worker. */
import { join } from "node:path";
import { openCheckpointStore } from "../../../runs/checkpoints/open.ts";

const [location = "", folder = ""] = Deno.args;
const store = await openCheckpointStore(location);
const file = join(folder, "made");
await Deno.writeTextFile(file, "made up");
const { sha256 } = await store.put("a-run", "a", file);
const copy = await store.fetch("a-run", "a", folder, { sha256 });
console.log(await Deno.readTextFile(copy), JSON.stringify(await store.list("a-run")));
await store.removeAll("a-run");
store.close();
