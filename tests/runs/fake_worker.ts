/**
 * A worker process with a made-up training: `fake_worker.ts PLACE ID LEASE_MS [folder=PATH] [arguments of
 * fake_trainer.ts]`. In the folder lie checkpoints and what is needed for a moment; each worker has its own, if none is
 * named.
 */
import { openFolderStore } from "../../runs/checkpoints/folder.ts";
import { checkpointsFolder, scratchFolder } from "../../runs/paths.ts";
import { createTrainerProcess } from "../../runs/trainer/process.ts";
import { runWorker } from "../../runs/worker/worker.ts";
import { fakeProgram, openAt } from "./helpers.ts";

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
  trainer: createTrainerProcess({ dataFolder: ".", program: fakeProgram(...behaviour) }),
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
