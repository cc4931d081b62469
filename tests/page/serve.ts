/**
 * The real server over the store of a folder, as a process that a test can kill: serve.ts HOME PORT. It prints
 * its origin when it listens.
 */
import { openStore } from "../../runs/stores/open.ts";
import { createApiSchema } from "../../server/schema.ts";
import { startServer } from "../../server/server.ts";
import { createStaticFiles } from "../../server/static_files.ts";
import { readManifest } from "../../tools/build_page.ts";
import { madeUpDigits } from "./made_up_digits.ts";

const [home = "", port = "0"] = Deno.args;
const server = startServer({
  port: Number(port),
  hostname: "127.0.0.1",
  schema: createApiSchema(),
  store: await openStore({ home }),
  datasets: madeUpDigits(),
  staticFiles: createStaticFiles(new URL("../../static/assets/", import.meta.url), readManifest),
});
console.log(server.origin);
