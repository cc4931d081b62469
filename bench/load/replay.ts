/**
 * How many deliveries a server makes: all watchers read the same steps from the first to the last, as fast as they
 * come. What counts is the work that the server does for one delivery, and the memory that stays with it.
 */
import { setTimeout as pause } from "node:timers/promises";
import { cpuSeconds, peakRss, rss } from "../processes.ts";
import { maximum, minimum } from "../statistics.ts";
import { startWatching } from "./audience.ts";
import type { LoadedServer } from "./servers.ts";

/** What a replay gives. */
export interface Replay {
  /** Of the server's work for one delivery, in microseconds. */
  readonly microseconds: number;
  /** In one second of the server's work. */
  readonly perSecond: number;
  /** How much the server's memory grew at most for one delivery, in bytes. */
  readonly growth: number;
  /** Memory in megabytes: before, at its peak, and when the watchers had gone for a while. */
  readonly rss: readonly [before: number, peak: number, after: number];
}

const QUERY = "subscription ($id: ID) { batches(runId: $id) { runId epoch step loss acc } }";

/** How long a server may take to tidy up when everybody has gone. */
const REST_MS = 5_000;

/**
 * @param runId a run that is over
 * @throws {Error} if a watcher has not had every step
 */
export async function measureReplay(
  { origin, pid }: LoadedServer,
  { watchers, steps, runId }: {
    readonly watchers: number;
    readonly steps: number;
    readonly runId: string | null;
  },
): Promise<Replay> {
  const order = { origin, query: QUERY, variables: { id: runId } };
  // Warm: code that is compiled while it is measured is nothing that a server does for long.
  await startWatching(Math.ceil(watchers / 10), order).audience;
  await pause(REST_MS);
  const [before, cpuBefore] = [await rss(pid), await cpuSeconds(pid)];
  const { events } = await startWatching(watchers, order).audience;
  const [cpu, peak] = [await cpuSeconds(pid) - cpuBefore, await peakRss(pid)];
  if (minimum(events) !== steps || maximum(events) !== steps) {
    throw new Error(
      `Cannot measure: every watcher must have ${steps} steps, got ${minimum(events)} to ${
        maximum(events)
      }.`,
    );
  }
  await pause(REST_MS);
  const deliveries = watchers * steps;
  return {
    microseconds: 1e6 * cpu / deliveries,
    perSecond: deliveries / cpu,
    growth: 1024 ** 2 * Math.max(0, peak - before) / deliveries,
    rss: [before, peak, await rss(pid)],
  };
}
