/**
 * Measures the memory that watchers need and leave behind in the server. V8 frees memory up to half
 * a minute after work, so the server rests for a minute before each reading.
 */
import { setTimeout as pause } from "node:timers/promises";
import { clearPeakRss, peakRss, rss } from "../processes.ts";
import { replay, type ReplayLoad } from "./replay.ts";
import type { LoadedServer } from "./servers.ts";

/** Memory of the server before, during and after a round of watchers. */
export interface MemoryUse {
  /** The most that it grew by, for each delivery, in bytes. */
  readonly bytesADelivery: number;
  /** Megabytes that it has more than before when all have gone; less than none where it has less. */
  readonly keptMegabytes: number;
}

const REST_MS = 60_000;

/** Measures a round of watchers after another that was just the same. */
export async function measureMemory(
  server: LoadedServer,
  load: ReplayLoad,
): Promise<MemoryUse> {
  const { pid } = server;
  await replay(server, load);
  await pause(REST_MS);
  const before = await rss(pid);
  await clearPeakRss(pid);
  await replay(server, load);
  const grown = await peakRss(pid) - before;
  await pause(REST_MS);
  return {
    bytesADelivery: 1024 ** 2 * grown / (load.watchers * load.steps),
    keptMegabytes: await rss(pid) - before,
  };
}
