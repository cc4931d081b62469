/**
 * `deno run -A bench/load.ts`: a thousand watchers of one run, beside a server that is nothing but Yoga. The servers
 * keep to one core and the clients to another; speed is told by the server's own seconds of work, which other jobs of
 * the machine disturb least.
 */
import { openStore } from "../runs/stores/open.ts";
import { measureLive } from "./load/live.ts";
import { measureQueries } from "./load/queries.ts";
import { measureReplay, type Replay } from "./load/replay.ts";
import { type LoadedServer, startBareApi, startBareYoga, startOurs } from "./load/servers.ts";
import { startRun } from "./load/written_run.ts";
import { canLook, canPin } from "./processes.ts";

const WATCHERS = 1_000;
const STEPS = 500;
const LIVE_SECONDS = 10;

/** Steps of an event: what a training writes at once. */
const GROUP = 100;

const SMALL_QUERY = "{ runs(first: 5) { nodes { id name state progress { epoch step } } } }";

if (import.meta.main) {
  if (!canLook) {
    console.error("Cannot measure here: the bench reads /proc, which only Linux has.");
    Deno.exit(1);
  }
  const home = await Deno.makeTempDir({ prefix: "epochql-load-" });
  try {
    await measure(home);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

async function measure(home: string): Promise<void> {
  if (!canPin) console.log("One core for all: figures hold little.");
  const store = await openStore({ home });
  const run = await startRun(store);
  for (let step = 0; step < STEPS;) step = await run.append(GROUP);
  await run.complete();
  const load = { watchers: WATCHERS, steps: STEPS };

  const bare = {
    replay: await withServer(
      startBareYoga(STEPS),
      (server) => measureReplay(server, { ...load, runId: null }),
    ),
    query: await withServer(startBareApi(home), (server) => measureQueries(server, SMALL_QUERY)),
  };
  const ours = await withServer(startOurs(home), async (server) => ({
    replay: await measureReplay(server, { ...load, runId: run.id }),
    query: await measureQueries(server, SMALL_QUERY),
    live: await measureLive(server, store, { watchers: WATCHERS, seconds: LIVE_SECONDS }),
  }));
  await store.close();

  console.log(`${WATCHERS} watchers, ${STEPS} steps to each\n`);
  console.log(describe("bare Yoga", bare.replay));
  console.log(describe("epochql", ours.replay));
  console.log(
    `\nDeliveries, to bare Yoga        ${
      ratio(bare.replay.microseconds, ours.replay.microseconds)
    }` +
      `\nSmall queries, to bare Yoga     ${ratio(bare.query, ours.query)}   ` +
      `(${bare.query.toFixed(0)} and ${ours.query.toFixed(0)} µs)` +
      `\nFrom commit to client, live     ${ours.live.median.toFixed(1)} ms, ` +
      `p99 ${ours.live.p99.toFixed(1)} ms   (${ours.live.deliveries} deliveries, ` +
      `${ours.live.microseconds.toFixed(0)} µs of work each)`,
  );
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

function describe(name: string, { microseconds, perSecond, growth, rss }: Replay): string {
  const [before, peak, after] = rss.map((size) => size.toFixed(0));
  return `${name.padEnd(12)}${microseconds.toFixed(1).padStart(7)} µs a delivery` +
    `${perSecond.toFixed(0).padStart(9)} a second of work` +
    `${growth.toFixed(0).padStart(6)} bytes of memory a delivery` +
    `   (${before} MB, peak ${peak}, then ${after})`;
}

function ratio(peer: number, ours: number): string {
  return `${(peer / ours).toFixed(2)}x`;
}
