/** Query.devices */
import { builder } from "../../schema/base/builder.ts";
import { DeviceInfo } from "../../schema/worker/device_info.ts";
import type { DeviceInfo as Info } from "../../ml/device.ts";

/** The order in which AUTO looks for them. */
const KINDS = ["CUDA", "CPU", "WEBGPU"] as const;

const NO_WORKER = "No worker is running; 'deno task start' and 'deno task worker' start one.";

builder.queryField("devices", (t) =>
  t.field({
    type: [DeviceInfo],
    description: "Devices of all running workers, available or not.",
    authScopes: { read: true },
    resolve: async (_root, _args, { store }) =>
      summarizeDevices((await store.workers()).map((worker) => worker.devices)),
  }));

/**
 * The devices of all workers as one list: every device that one of them has, and for each kind that none
 * has, the first worker's reason.
 */
function summarizeDevices(workers: readonly (readonly Info[])[]): readonly Info[] {
  return KINDS.flatMap((kind) => {
    const all = workers.flat().filter((device) => device.kind === kind);
    const there = new Map(
      all.filter((device) => device.available).map((device) => [device.name, device]),
    );
    if (there.size > 0) return [...there.values()];
    return all[0] ??
      (workers.length === 0 ? { kind, name: kind, available: false, reason: NO_WORKER } : []);
  });
}
