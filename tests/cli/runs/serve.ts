/**
 * The real server over the store of a folder, as a process that a test can kill: serve.ts HOME PORT. It prints its
 * origin when it listens. Its tokens are those of the environment.
 */
import { pathToFileURL } from "node:url";
import { readConfig } from "../../../config.ts";
import { openStore } from "../../../runs/stores/open.ts";
import { createApiSchema } from "../../../server/schema.ts";
import { startServer } from "../../../server/server.ts";
import { createStaticFiles } from "../../../server/static_files.ts";
import { readTokens } from "../../../server/tokens.ts";
import { readManifest } from "../../../tools/build_page.ts";

const [home = "", port = "0"] = Deno.args;
const server = startServer({
  port: Number(port),
  hostname: "127.0.0.1",
  schema: createApiSchema(),
  store: await openStore({ home }),
  datasets: { open: () => Promise.reject(new Error("No test asks for samples.")) },
  staticFiles: createStaticFiles(pathToFileURL(`${home}/`), readManifest),
  tokens: readTokens(readConfig(Deno.env)),
});
console.log(server.origin);
