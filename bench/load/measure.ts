/**
 * Loads a server with a thousand watchers of one run, beside a bare Yoga. Servers are pinned to one
 * core and clients to another. Speed is the server's own CPU time, which other jobs of the machine
 * disturb least.
 */
import { openStore } from "../../runs/store/open.ts";
import { startRun } from "../written_run.ts";
import { type Live, measureBareLive, measureLive } from "./live.ts";
import { measureMemory, type MemoryUse } from "./memory.ts";
import { measureQueries } from "./queries.ts";
import { measureReplay } from "./replay.ts";
import { type LoadedServer, startBareApi, startBareYoga, startOurs } from "./servers.ts";

/** Measurements of one load; compared pairs are microseconds of CPU time. */
export interface LoadSample {
  readonly delivery: Compared;
  readonly query: Compared;
  readonly live: Live;
  /** The same from Deno's streams alone. */
  readonly bareLive: Live;
  readonly memory: MemoryUse;
}

/** CPU time of epochql and of a peer for the same work. */
export interface Compared {
  readonly bare: number;
  readonly ours: number;
}

/** Number of watchers of one run. */
export const WATCHERS = 1_000;

/** Number of steps: enough to make the cost of a connection negligible. */
const STEPS = 2_000;
const LIVE_SECONDS = 10;

/** Steps per event. */
const GROUP = 100;

const SMALL_QUERY = "{ runs(first: 5) { nodes { id name state progress { epoch step } } } }";

/** @param home an empty folder */
export async function measureLoad(home: string): Promise<LoadSample> {
  const store = await openStore({ home });
  try {
    const run = await startRun(store, { name: "What a thousand read" });
    for (let step = 0; step < STEPS; step += GROUP) await run.train(GROUP);
    await run.complete();
    const load = { watchers: WATCHERS, steps: STEPS, runId: run.id };
    const bare = await withServer(
      startBareYoga(STEPS),
      (server) => measureReplay(server, { ...load, runId: null }),
    );
    const ours = await withServer(startOurs(home), (server) => measureReplay(server, load));
    const query = await withServer(
      startBareApi(home),
      (peer) => withServer(startOurs(home), (server) => compareQueries(peer, server)),
    );
    const memory = await withServer(startOurs(home), (server) => measureMemory(server, load));
    const live = await withServer(
      startOurs(home),
      (server) => measureLive(server, store, { watchers: WATCHERS, seconds: LIVE_SECONDS }),
    );
    const bareLive = await measureBareLive({ watchers: WATCHERS, seconds: LIVE_SECONDS });
    return { delivery: { bare, ours }, query, live, bareLive, memory };
  } finally {
    await store.close();
  }
}

async function compareQueries(peer: LoadedServer, server: LoadedServer): Promise<Compared> {
  const [bare = NaN, ours = NaN] = await measureQueries([peer, server], SMALL_QUERY);
  return { bare, ours };
}

async function withServer<T>(
  starting: Promise<LoadedServer>,
  work: (server: LoadedServer) => Promise<T>,
): Promise<T> {
  const server = await starting;
  try {
    return await work(server);
  } finally {
    await server.stop();
  }
}
