/** Fields of Run about its worker, and about what it waits for. */
import { waitingFor } from "../../runs/store/placement.ts";
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
      "Reason why no running worker can take it, with a remedy: none has the requested device, or none " +
      "is running. Null if it only waits for its turn or does not wait.",
    resolve: async (run, _args, { store }) => {
      const { state } = run.snapshot;
      if (state !== "QUEUED" && state !== "INTERRUPTED") return null;
      return waitingFor(run, await coalesceReads(store).workers()) ?? null;
    },
  }),
}));
