/**
 * A worker process with fake trainers: `worker_process.ts PLACE ID LEASE_MS [folder=PATH] [arguments of
 * fake_trainer.ts]`. The folder holds checkpoints and scratch files; without it, the worker makes one of its own.
 */
import { openFolderStore } from "../../runs/checkpoints/folder.ts";
import { checkpointsFolder, scratchFolder } from "../../runs/paths.ts";
import { createTrainerProcess } from "../../runs/trainer/process.ts";
import { runWorker } from "../../runs/worker/worker.ts";
import { fakeTrainerProgram } from "./scripts.ts";
import { openAt } from "./test_database.ts";

const [place = "", id = "", leaseMs = "3000", ...behaviour] = Deno.args;
const shared = behaviour.findLast((argument) => argument.startsWith("folder="))?.slice(
  "folder=".length,
);
const folder = shared ?? Deno.makeTempDirSync();
const stop = new AbortController();
Deno.addSignalListener("SIGTERM", () => stop.abort());
const store = await openAt(place);
await runWorker({
  store,
  trainer: createTrainerProcess({ dataFolder: ".", program: fakeTrainerProgram(...behaviour) }),
  checkpoints: openFolderStore(checkpointsFolder(folder)),
  scratch: scratchFolder(folder),
  saveEvery: { steps: 4 },
  id,
  host: "here",
  version: "test",
  signal: stop.signal,
  log: (level, message) => console.error(`${id} ${level}: ${message}`),
  leaseMs: Number(leaseMs),
});
await store.close();
if (shared === undefined) Deno.removeSync(folder, { recursive: true });
