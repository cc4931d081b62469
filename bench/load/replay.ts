/**
 * Measures deliveries: all watchers read the same steps from first to last, without pauses.
 * The result is the server's CPU time for one delivery.
 */
import { cpuSeconds } from "../processes.ts";
import { maximum, minimum } from "../report/statistics.ts";
import { startWatching } from "./audience.ts";
import type { LoadedServer } from "./servers.ts";

/** Watchers and the run that they read. */
export interface ReplayLoad {
  readonly watchers: number;
  /** Of the run. */
  readonly steps: number;
  /** A finished run; null if the server has only one. */
  readonly runId: string | null;
}

const QUERY = "subscription ($id: ID) { batches(runId: $id) { runId epoch step loss acc } }";

/**
 * @returns microseconds of the server's work for one delivery
 * @throws {Error} unless every watcher receives every step
 */
export async function measureReplay(server: LoadedServer, load: ReplayLoad): Promise<number> {
  // Warm-up, so that compilation is not measured.
  await replay(server, { ...load, watchers: Math.ceil(load.watchers / 10) });
  const before = await cpuSeconds(server.pid);
  await replay(server, load);
  return 1e6 * (await cpuSeconds(server.pid) - before) / (load.watchers * load.steps);
}

/**
 * Replays the run to all watchers once.
 *
 * @throws {Error} unless every watcher receives every step
 */
export async function replay(
  { origin }: LoadedServer,
  { watchers, steps, runId }: ReplayLoad,
): Promise<void> {
  const order = { origin, query: QUERY, variables: { id: runId } };
  const { events } = await startWatching(watchers, order).audience;
  if (minimum(events) === steps && maximum(events) === steps) return;
  throw new Error(
    `Cannot measure: every watcher must have ${steps} steps, got ${minimum(events)} to ${
      maximum(events)
    }.`,
  );
}
