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
  /** Peak growth per delivery, in bytes. */
  readonly bytesADelivery: number;
  /** Growth after all have disconnected, in megabytes; may be negative. */
  readonly keptMegabytes: number;
}

const REST_MS = 60_000;

/** Measures a round of watchers after an equal warm-up round. */
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
