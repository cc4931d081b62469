/**
 * The real server over the store of a folder, as a process that a test can kill: serve.ts HOME PORT. It prints its
 * origin when it listens. Its tokens are those of the environment.
 */
import { pathToFileURL } from "node:url";
import { readConfig } from "../../../config.ts";
import { openStore } from "../../../runs/store/open.ts";
import { createApiSchema } from "../../../resolvers/api_schema.ts";
import { startServer } from "../../../server/server.ts";
import { createStaticFiles } from "../../../server/http/static_files.ts";
import { readTokens } from "../../../server/auth/tokens.ts";
import { readManifest } from "../../../server/http/page_manifest.ts";

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
