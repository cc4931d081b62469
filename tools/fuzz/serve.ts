/**
 * The fuzzer's server: the real one in a process of its own, with synthetic runs in a temporary folder or in the
 * PostgreSQL database of its argument. It prints its address, answers each line of stdin with its memory usage,
 * and ends when stdin closes.
 */
import { join } from "node:path";
import { isVersion } from "../../data/reference.ts";
import { openLabelled } from "../../data/storage/open.ts";
import { openUploadFolder } from "../../data/uploads/upload_folder.ts";
import { serveImports } from "../../imports/service.ts";
import { openFolderStore } from "../../runs/checkpoints/folder.ts";
import { createStartWeights } from "../../runs/checkpoints/start_weights.ts";
import { createCheckpointEvaluator } from "../../runs/reading/checkpoint_evaluator.ts";
import { deleteRun } from "../../runs/delete_run.ts";
import { checkpointsFolder, scratchFolder, uploadsFolder } from "../../runs/paths.ts";
import { openStore } from "../../runs/store/open.ts";
import { logErrors, setUpLog } from "../../server/observability/log.ts";
import { createApiSchema } from "../../resolvers/api_schema.ts";
import { startServer } from "../../server/server.ts";
import { createStaticFiles } from "../../server/http/static_files.ts";
import { readManifest } from "../../server/http/page_manifest.ts";
import { fakeDataset, registerFakeWorker, writeFakeRuns } from "./fake_runs.ts";

/** Bytes of memory. */
export interface Memory {
  /** Used heap after a garbage collection. */
  readonly used: number;
  /** Resident memory of the process, without the pages that V8 had kept in reserve. */
  readonly resident: number;
}

if (import.meta.main) await serve();

async function serve(): Promise<void> {
  const home = await Deno.makeTempDir({ prefix: "epochql-fuzz-" });
  try {
    setUpLog({ level: "warning", format: "json", forPeople: false });
    logErrors();
    const [databaseUrl] = Deno.args;
    const store = await openStore({ home, databaseUrl });
    const checkpoints = openFolderStore(checkpointsFolder(home));
    const stores = { store, checkpoints, home };
    const kept = new Set(await writeFakeRuns(stores));
    const worker = registerFakeWorker(store, kept.values().next().value);
    const evaluator = createCheckpointEvaluator({
      checkpoints: () => Promise.resolve(checkpoints),
      scratch: scratchFolder(home),
    });
    const dataFolder = join(home, "data");
    const uploads = openUploadFolder(uploadsFolder(home));
    const imports = serveImports({
      dataFolder,
      uploads,
      onError: (error) => console.error("An import cannot be carried out:", error),
    });
    const server = startServer({
      port: 0,
      hostname: "127.0.0.1",
      // Requests must not be refused because of their number.
      limits: { mutationsPerMinute: 9_999_999, queuedRuns: 9_999_999, subscriptions: 1000 },
      schema: createApiSchema(),
      store,
      datasets: {
        open: async (name, split) =>
          isVersion(name) ? await openLabelled(name, split, dataFolder) : fakeDataset(name, split),
      },
      uploads,
      imports,
      weights: createStartWeights({
        checkpoints: () => Promise.resolve(checkpoints),
        scratch: scratchFolder(home),
      }),
      evaluator,
      // The first runs cannot be deleted, so that all operations find them.
      deleteRun: async (id) => !kept.has(id) && await deleteRun(stores, id),
      staticFiles: createStaticFiles(new URL(`file://${home}/`), readManifest),
    });
    console.log(server.origin);
    for await (const _ of Deno.stdin.readable) console.log(JSON.stringify(measure()));
    await server.stop();
    await imports.close();
    await worker.leave();
    evaluator.close();
    checkpoints.close();
    await store.close();
  } finally {
    await Deno.remove(home, { recursive: true });
  }
  // Idle threads end by themselves after a while.
  Deno.exit(0);
}

/** V8's collector, by --expose-gc; `last-resort` also returns the pages that V8 keeps for what comes next. */
type Collect = (
  options: { type: "major"; execution: "sync"; flavor: "regular" | "last-resort" },
) => void;

function measure(): Memory {
  const { gc } = globalThis as { gc?: Collect };
  gc?.({ type: "major", execution: "sync", flavor: "regular" });
  // The second collection frees what the first one has finalized.
  gc?.({ type: "major", execution: "sync", flavor: "last-resort" });
  const { heapUsed, external, rss } = Deno.memoryUsage();
  return { used: heapUsed + external, resident: rss };
}
