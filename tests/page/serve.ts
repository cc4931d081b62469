/**
 * The real server over the store of a folder, as a process that a test can kill: serve.ts HOME PORT [mnist]. It prints
 * its origin when it listens.
 */
import { join } from "node:path";
import { describeDataset, splitSize } from "../../data/catalog.ts";
import { isBuiltIn, openDataset } from "../../data/storage/open.ts";
import { openUploadFolder } from "../../data/uploads/upload_folder.ts";
import { serveImports } from "../../imports/service.ts";
import { openFolderStore } from "../../runs/checkpoints/folder.ts";
import { createCheckpointEvaluator } from "../../runs/reading/checkpoint_evaluator.ts";
import { scratchFolder, uploadsFolder } from "../../runs/paths.ts";
import { openStore } from "../../runs/store/open.ts";
import { createDatasetCache } from "../../server/graphql/dataset_cache.ts";
import { createApiSchema } from "../../resolvers/api_schema.ts";
import { startServer } from "../../server/server.ts";
import { createStaticFiles } from "../../server/http/static_files.ts";
import { readManifest } from "../../server/http/page_manifest.ts";
import { mnist } from "../ml/support/datasets.ts";
import { fakeDigits } from "./fake_digits.ts";

const [home = "", port = "0", dataset] = Deno.args;
const dataFolder = join(home, "data");
const uploads = openUploadFolder(uploadsFolder(home));
const builtIn = dataset === "mnist"
  ? createDatasetCache((name, split) => mnist(split, splitSize(describeDataset(name), split)))
  : fakeDigits();
const checkpoints = openFolderStore(join(home, "checkpoints"));
const server = startServer({
  port: Number(port),
  hostname: "127.0.0.1",
  schema: createApiSchema(),
  store: await openStore({ home }),
  datasets: createDatasetCache((name, split) =>
    isBuiltIn(name) ? builtIn.open(name, split) : openDataset(name, split, dataFolder)
  ),
  uploads,
  imports: serveImports({ dataFolder, uploads, onError: (error) => console.error(error) }),
  evaluator: createCheckpointEvaluator({
    checkpoints: () => Promise.resolve(checkpoints),
    scratch: scratchFolder(home),
  }),
  staticFiles: createStaticFiles(new URL("../../static/assets/", import.meta.url), readManifest),
});
console.log(server.origin);
