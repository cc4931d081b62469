/**
 * A worker process with a made-up training: `fake_worker.ts PLACE ID LEASE_MS [arguments of fake_trainer.ts]`.
 */
import { createTrainerProcess } from "../../runs/trainer_process.ts";
import { runWorker } from "../../runs/worker.ts";
import { fakeProgram, openAt } from "./helpers.ts";

const [place = "", id = "", leaseMs = "3000", ...behaviour] = Deno.args;
const stop = new AbortController();
Deno.addSignalListener("SIGTERM", () => stop.abort());
const store = await openAt(place);
await runWorker({
  store,
  trainer: createTrainerProcess({ dataFolder: ".", program: fakeProgram(...behaviour) }),
  id,
  host: "here",
  version: "test",
  signal: stop.signal,
  log: (level, message) => console.error(`${id} ${level}: ${message}`),
  leaseMs: Number(leaseMs),
});
await store.close();
