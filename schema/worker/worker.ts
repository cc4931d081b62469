/** type Worker */
import type { WorkerInfo } from "../../runs/store/store.ts";
import { builder } from "../base/builder.ts";
import { COST } from "../base/cost.ts";
import { DeviceInfo } from "./device_info.ts";
import { Run } from "../run/run.ts";

export const Worker = builder.objectRef<WorkerInfo>("Worker").implement({
  description: "A process that trains runs, one after the other.",
  fields: (t) => ({
    id: t.exposeID("id", {
      description: "Its name, which no other worker has or had: ClaimedEvent's `worker`.",
    }),
    host: t.exposeString("host", { description: "The name of its machine." }),
    pid: t.exposeInt("pid", { description: "The number of its process on that machine." }),
    version: t.exposeString("version", { description: "The version of epochql that it runs." }),
    devices: t.field({
      type: [DeviceInfo],
      description: "What it can train on, and why not on the rest. Empty until it has looked.",
      resolve: (worker) => worker.devices,
    }),
    run: t.field({
      type: Run,
      nullable: true,
      description: "The run that it trains; null while it has none.",
      complexity: COST.lookup,
      resolve: async ({ runId }, _args, { store }) =>
        runId === null ? null : await store.get(runId) ?? null,
    }),
    trouble: t.string({
      nullable: true,
      description:
        "What keeps it from going on with that run, and what to do: a disk is full, the checkpoint store is away. " +
        "It goes on when that is over. Null if nothing does.",
      resolve: ({ trouble }) => trouble ?? null,
    }),
    startedAt: t.exposeString("startedAt", { description: "When it started, RFC 3339." }),
    seenAt: t.exposeString("seenAt", {
      description: "When it was last heard of, RFC 3339. Workers say every few seconds that they " +
        "are there.",
    }),
  }),
});
