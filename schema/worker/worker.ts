/** type Worker */
import type { WorkerInfo } from "../../runs/store/worker_info.ts";
import { builder } from "../base/builder.ts";
import { COST } from "../base/cost.ts";
import { DeviceInfo } from "./device_info.ts";
import { Run } from "../run/run.ts";

export const Worker = builder.objectRef<WorkerInfo>("Worker").implement({
  description: "Process that trains runs, one at a time.",
  fields: (t) => ({
    id: t.exposeID("id", {
      description: "Unique name of the worker, never reused; ClaimedEvent's `worker`.",
    }),
    host: t.exposeString("host", { description: "Host name of its machine." }),
    pid: t.exposeInt("pid", { description: "Process ID on its host." }),
    version: t.exposeString("version", { description: "Version of epochql that it runs." }),
    devices: t.field({
      type: [DeviceInfo],
      description: "Its devices, available or not. Empty until detected.",
      resolve: (worker) => worker.devices,
    }),
    run: t.field({
      type: Run,
      nullable: true,
      description: "Run that it trains; null while idle.",
      complexity: COST.lookup,
      resolve: async ({ runId }, _args, { store }) =>
        runId === null ? null : await store.get(runId) ?? null,
    }),
    trouble: t.string({
      nullable: true,
      description:
        "Problem that blocks its run, with a remedy: a full disk, an unreachable checkpoint store. The run " +
        "continues once it is solved. Null if there is none.",
      resolve: ({ trouble }) => trouble ?? null,
    }),
    startedAt: t.exposeString("startedAt", { description: "Start time, RFC 3339." }),
    seenAt: t.exposeString("seenAt", {
      description: "Time of its last heartbeat, RFC 3339. Workers send one every few seconds.",
    }),
  }),
});
