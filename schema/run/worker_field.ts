/** Fields of Run about its worker, and about what it waits for. */
import { supportedDevices, waitingFor } from "../../runs/store/placement.ts";
import { isFinished, isWaiting } from "../../runs/log/state.ts";
import { coalesceReads } from "../../runs/reading/coalesced_reads.ts";
import { builder } from "../base/builder.ts";
import { Run } from "./run.ts";
import { Worker } from "../worker/worker.ts";

builder.objectFields(Run, (t) => ({
  worker: t.field({
    type: Worker,
    nullable: true,
    description:
      "Worker that trains it; null if none does, or if `deno task train` does. A problem that blocks the " +
      "run is in the worker's `trouble`.",
    resolve: async ({ id, snapshot: { state } }, _args, { store }) => {
      if (!["RUNNING", "PAUSING", "CANCELLING"].includes(state)) return null;
      const workers = await coalesceReads(store).workers();
      return workers.find(({ runId }) => runId === id) ?? null;
    },
  }),
  waitingFor: t.string({
    nullable: true,
    description:
      "Reason why no worker trains it, with a remedy: none has the requested device, none is running, or its " +
      "worker gave no sign of life. Null if it only waits for its turn or does not wait.",
    resolve: async (run, _args, { store }) => {
      if (isFinished(run.snapshot.state) || run.snapshot.state === "PAUSED") return null;
      const reads = coalesceReads(store);
      return waitingFor(run, await reads.workers(), await reads.held()) ?? null;
    },
  }),
  queuePosition: t.int({
    nullable: true,
    description:
      "Place in the queue of the runs that a worker has the device for, oldest first: 1 is next. Null if it does not " +
      "wait, or no worker has its device.",
    resolve: async (run, _args, { store }) => {
      if (!isWaiting(run.snapshot.state)) return null;
      const devices = supportedDevices(await coalesceReads(store).workers());
      if (!devices.includes(run.spec.device)) return null;
      return 1 + await store.countAhead(run.id, devices);
    },
  }),
}));
