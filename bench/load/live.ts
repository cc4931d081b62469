/** Measures the delay from a training's commits to a thousand watchers, and that of Deno's streams alone. */
import { setTimeout as pause } from "node:timers/promises";
import type { RunStore } from "../../runs/store/store.ts";
import { cpuSeconds } from "../processes.ts";
import { maximum, minimum, percentile } from "../report/statistics.ts";
import { startRun } from "../written_run.ts";
import { startWatching } from "./audience.ts";
import { type LoadedServer, startBareStreams } from "./servers.ts";
import { now } from "./watcher.ts";

/** Delays from the end of the commit to the client, in milliseconds. */
export interface Live {
  readonly median: number;
  readonly p99: number;
  /** CPU time of the server for one delivery, in microseconds. */
  readonly microseconds: number;
  readonly deliveries: number;
}

/** A training's call of the engine takes about 200 ms, and its steps are one event. */
const APPEND_MS = 200;
const STEPS = 150;

/** @throws {Error} unless every watcher receives every event once */
export async function measureLive(
  { origin, pid }: LoadedServer,
  store: RunStore,
  { watchers, seconds }: { readonly watchers: number; readonly seconds: number },
): Promise<Live> {
  const run = await startRun(store, { name: "What a thousand watch" });
  const { open, audience } = startWatching(watchers, {
    origin,
    query: "subscription ($id: ID, $every: Int) { batches(runId: $id, every: $every) " +
      "{ epoch step loss acc } }",
    variables: { id: run.id, every: STEPS },
    numbered: "step",
  });
  await open;
  const committed = new Map<number, number>();
  const cpuBefore = await cpuSeconds(pid);
  const until = performance.now() + 1000 * seconds;
  for (let due = performance.now(); due < until; due += APPEND_MS) {
    await pause(Math.max(0, due - performance.now()));
    const { snapshot } = await run.train(STEPS);
    committed.set(snapshot.step, now());
  }
  const cpu = await cpuSeconds(pid) - cpuBefore;
  await run.complete();
  const { events, arrivals } = await audience;
  if (minimum(events) !== committed.size || maximum(events) !== committed.size) {
    throw new Error(
      `Cannot measure: every watcher must have ${committed.size} events, got ` +
        `${minimum(events)} to ${maximum(events)}.`,
    );
  }
  return liveOf(arrivals.map(([step, at]) => at - (committed.get(step) ?? NaN)), cpu);
}

/** Measures the same bytes at the same times from a server that does nothing but write them. */
export async function measureBareLive(
  { watchers, seconds }: { readonly watchers: number; readonly seconds: number },
): Promise<Live> {
  const events = Math.ceil(1000 * seconds / APPEND_MS);
  const server = await startBareStreams({ watchers, events, everyMs: APPEND_MS });
  try {
    const order = { origin: server.origin, query: "", variables: {}, numbered: "at" };
    const { open, audience } = startWatching(watchers, order);
    await open;
    const cpuBefore = await cpuSeconds(server.pid);
    const { arrivals } = await audience;
    const cpu = await cpuSeconds(server.pid) - cpuBefore;
    return liveOf(arrivals.map(([sent, at]) => at - sent), cpu);
  } finally {
    await server.stop();
  }
}

function liveOf(delays: readonly number[], cpuSeconds: number): Live {
  return {
    median: percentile(delays, 0.5),
    p99: percentile(delays, 0.99),
    microseconds: 1e6 * cpuSeconds / delays.length,
    deliveries: delays.length,
  };
}
