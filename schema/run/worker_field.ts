/** What type Run says of who trains it, and of what it waits for. */
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
      "The one of `workers` that has it; null if none has, also while `deno task train` trains it. Its `trouble` " +
      "says what keeps the run from going on, if anything does.",
    resolve: async ({ id, snapshot: { state } }, _args, { store }) => {
      if (!["RUNNING", "PAUSING", "CANCELLING"].includes(state)) return null;
      const workers = await coalesceReads(store).workers();
      return workers.find(({ runId }) => runId === id) ?? null;
    },
  }),
  waitingFor: t.string({
    nullable: true,
    description:
      "What it waits for that will not come by itself, and what to do: no worker that is running has the device " +
      "that it asks for, or no worker is running. Null if it does not wait, or only for its turn.",
    resolve: async (run, _args, { store }) => {
      const { state } = run.snapshot;
      if (state !== "QUEUED" && state !== "INTERRUPTED") return null;
      return waitingFor(run, await coalesceReads(store).workers()) ?? null;
    },
  }),
}));
