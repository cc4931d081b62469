/** Entry point of `deno task start`: the server with the page, and its workers. */
import { join } from "node:path";
import { loadConfig } from "./config.ts";
import { orExit } from "./lib/config_error.ts";
import { takeNoArguments } from "./lib/process/no_arguments.ts";
import project from "./deno.json" with { type: "json" };
import { openCheckpointStore, openDirectUploads } from "./runs/checkpoints/open.ts";
import { openUploadFolder } from "./data/uploads/upload_folder.ts";
import { createStartWeights } from "./runs/checkpoints/start_weights.ts";
import type { CheckpointStore } from "./runs/checkpoints/store.ts";
import { createCheckpointEvaluator } from "./runs/reading/checkpoint_evaluator.ts";
import { createDatasetFetcher } from "./runs/datasets/dataset_fetcher.ts";
import { shareDatasets } from "./runs/datasets/shared_datasets.ts";
import { superviseWorkers } from "./runs/supervisor/supervise.ts";
import { deleteRun } from "./runs/delete_run.ts";
import { StoreUnavailableError } from "./runs/store/errors.ts";
import { isShared, scratchFolder, uploadsFolder } from "./runs/paths.ts";
import { openStore } from "./runs/store/open.ts";
import { serveImports } from "./imports/service.ts";
import { globalId } from "./schema/base/global_id.ts";
import { createSenderProcess } from "./webhooks/sender/process.ts";
import { serveWebhooks } from "./webhooks/service.ts";
import { createDatasetCache } from "./server/graphql/dataset_cache.ts";
import { watchTokenFile } from "./server/auth/watch_token_file.ts";
import { ListenError } from "./server/http/listen.ts";
import { logErrors, logOfWorker, serverLog, setUpLog } from "./server/observability/log.ts";
import { createApiSchema } from "./resolvers/api_schema.ts";
import { removeExpiredUploads, uploadLimits } from "./server/files/uploads.ts";
import { announceServer, presentServers } from "./server/presence.ts";
import { startServer } from "./server/server.ts";
import { logWebhook } from "./server/observability/webhook_log.ts";
import { createStaticFiles } from "./server/http/static_files.ts";
import { onStopSignal } from "./server/http/stop_signal.ts";
import { readTokens } from "./server/auth/tokens.ts";
import { readManifest } from "./server/http/page_manifest.ts";

takeNoArguments(
  "start",
  `Usage: deno task start

Starts the server with its page and its worker, until Ctrl-C or 'deno task stop'.

Environment:
  PORT            port (8000)
  HOST            address (127.0.0.1); any other requires EPOCHQL_TOKEN
  EPOCHQL_HOME    folder of runs, datasets and logs (.epochql)
  EPOCHQL_TOKEN   token that clients and the page must send
  DATABASE_URL    postgresql://… to keep runs there
  WORKERS         number of workers on this machine (1)

README.md lists all settings: PORT=9000 deno task start`,
);
const config = loadConfig();
const tokens = orExit(() => readTokens(config));
setUpLog({
  level: config.logLevel,
  format: config.logFormat,
  forPeople: Deno.stderr.isTerminal(),
});

try {
  const store = await openStore(config);
  const dataFolder = join(config.home, "data");
  // Opened at the first use: a client for object storage loads slowly.
  let checkpoints: Promise<CheckpointStore> | undefined;
  const openCheckpoints = () => checkpoints ??= openCheckpointStore(config.checkpoints);
  const shared = isShared(config)
    ? createDatasetFetcher({ dataFolder, checkpoints: openCheckpoints })
    : undefined;
  const datasets = createDatasetCache(async (name, split) => {
    const { openLabelled } = await import("./data/storage/open.ts");
    await shared?.fetch(name);
    return await openLabelled(name, split, dataFolder);
  });
  const uploads = openUploadFolder(uploadsFolder(config.home), {
    limits: uploadLimits(config.limits),
    direct: await openDirectUploads(config.checkpoints),
  });
  const imports = serveImports({
    dataFolder,
    sources: config.imports,
    uploads,
    shared,
    onError: (error) => serverLog.error("An import cannot be carried out: {error}", { error }),
  });
  const evaluator = createCheckpointEvaluator({
    checkpoints: openCheckpoints,
    scratch: scratchFolder(config.home),
    onFallback: (reason) =>
      serverLog.warning("Predictions run in WebAssembly, which is slower: {reason}", { reason }),
  });
  const sharing = isShared(config)
    ? shareDatasets({
      dataFolder,
      checkpoints: openCheckpoints,
      onProblem(problem) {
        if (problem === null) serverLog.info("Datasets are shared again.");
        else serverLog.warning("Datasets cannot be shared now: {problem}", { problem });
      },
      onConflict(name) {
        serverLog.warning(
          "Two machines have imported a dataset of the name '{name}' at the same time. Others take it for that of the other " +
            "machine: delete it here and import it by another name.",
          { name },
        );
      },
    })
    : undefined;
  const webhooks = config.deliversWebhooks
    ? serveWebhooks({
      store,
      sender: createSenderProcess(config.webhookAllow),
      runId: (key) => globalId("Run", key),
      onChange: logWebhook,
      onProblem(error) {
        if (error === null) serverLog.info("Webhooks are delivered again.");
        else serverLog.error("Webhooks cannot be delivered now: {error}", { error });
      },
    })
    : undefined;
  const stopCleaning = removeExpiredUploads(uploads);
  let workerProblem: string | undefined;

  // The server starts first: if it cannot listen, no workers are left behind.
  const server = startServer({
    ...config,
    version: project.version,
    tokens,
    schema: createApiSchema(),
    store,
    datasets,
    imports,
    uploads,
    weights: createStartWeights({
      checkpoints: openCheckpoints,
      scratch: scratchFolder(config.home),
    }),
    evaluator,
    ...(webhooks ? { webhooks } : {}),
    async deleteRun(id) {
      return await deleteRun(
        { store, checkpoints: await openCheckpoints(), home: config.home },
        id,
      );
    },
    staticFiles: createStaticFiles(new URL("static/assets/", import.meta.url), readManifest),
    workerProblem: () => workerProblem,
  });
  const stopWatching = watchTokenFile(config, tokens, server.setTokens);
  const workers = config.workers === 0 ? undefined : superviseWorkers({
    ...config,
    log(level, message) {
      logOfWorker(level, message);
      // The first of several errors names the cause. A message at level info means a restart.
      if (level === "info") workerProblem = undefined;
      if (level === "error") workerProblem ??= message.split("\n")[0];
    },
  });

  logErrors();
  onStopSignal(async (signal) => {
    serverLog.info("Stopping after {signal}.", { signal });
    stopWatching();
    stopCleaning();
    await Promise.all([server.stop(), workers?.stop(), webhooks?.close()]);
    await Promise.all([imports.close(), sharing?.close()]);
    datasets.close();
    evaluator.close();
    (await checkpoints)?.close();
    await store.close();
    serverLog.info("Stopped.");
    Deno.exit(0);
  });

  for (const { pid, origin } of await presentServers(config.home)) {
    serverLog.warning(
      "Another server uses {home}, too: {origin} (process {pid}). Both work and share its worker; " +
        "`deno task stop` stops them.",
      { home: config.home, origin, pid },
    );
  }
  await announceServer(config.home, server.origin);
  if (config.logFormat === "json") {
    serverLog.info("epochql is ready: {origin} (process {pid}).", {
      origin: server.origin,
      pid: Deno.pid,
    });
  } else {
    console.log(`epochql is ready: ${server.origin}
  Open it in a browser and press Start training, or ask the API at ${server.origin}/graphql.
  Ctrl-C stops it, or \`deno task stop\` (process ${Deno.pid}).`);
  }
} catch (error) {
  if (!(error instanceof StoreUnavailableError || error instanceof ListenError)) throw error;
  console.error(error.message);
  Deno.exit(1);
}
