/** A worker as the store lists it. */
import type { DeviceInfo } from "../../ml/device.ts";
import type { WorkerInfo } from "../../runs/store/worker_info.ts";

/** A CPU that a worker can train on. */
export const A_CPU: DeviceInfo = { kind: "CPU", name: "a CPU", available: true };

/** Returns a registration of a worker that is idle and has no device. */
export function aWorker(change: Partial<WorkerInfo> = {}): Omit<WorkerInfo, "seenAt"> {
  return {
    ...{ id: "w1", host: "h", pid: 1, version: "0.1.0", devices: [], runId: null },
    startedAt: "2026-01-01T00:00:00.000Z",
    ...change,
  };
}
