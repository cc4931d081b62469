/**
 * What it costs a training to be watched: one run on a core of its own, and on the first core the server and the
 * watchers, who come and go. Its speed is compared from one window to the next, so that a machine that grows busy, or hot,
 * is the same for both.
 */
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describeDataset } from "../../data/catalog.ts";
import { LIMITS, resolveSpec } from "../../ml/spec.ts";
import { lastStepOf } from "../../runs/event.ts";
import type { RunStore } from "../../runs/store.ts";
import { openStore } from "../../runs/stores/open.ts";
import { globalId } from "../../schema/global_id.ts";
import { pinned } from "../processes.ts";
import { median } from "../statistics.ts";
import { LAST_CORE, startWatching } from "./audience.ts";
import { type LoadedServer, startOurs } from "./servers.ts";

/** What came of it: steps a second, by the median window. */
export interface WatchedTraining {
  readonly unwatched: number;
  readonly watched: number;
  /** How much longer a step takes while it is watched, in percent: the median of neighbouring windows. */
  readonly slowdown: number;
  readonly deliveries: number;
}

/** A part of a training. */
interface Window {
  readonly stepsPerSecond: number;
  readonly events: number;
}

const WORKER = fileURLToPath(new URL("../../cli/worker.ts", import.meta.url));

const WARM_UP_MS = 8_000;
const WINDOW_MS = 6_000;
const PAIRS = 5;

/** Each watcher is given every tenth step. */
const EVERY = 10;

const LOOK_MS = 200;

/**
 * @param home a folder with the datasets in it; the run is kept there too
 * @throws {Error} if the watchers have not had what the run has trained
 */
export async function measureTraining(home: string, watchers: number): Promise<WatchedTraining> {
  const store = await openStore({ home });
  // An evaluation takes a moment of a window's time, and as little of it as can be.
  const request = { seed: 1, epochs: LIMITS.epochs.max, testSamples: 100 };
  const spec = resolveSpec(request, describeDataset("mnist"));
  const { run: { id } } = await store.create({ name: "What is watched", spec });
  const worker = pinned(LAST_CORE, ["run", "-A", "--no-check", WORKER], {
    ...{ EPOCHQL_HOME: home, DATABASE_URL: "", NO_COLOR: "1", LOG_LEVEL: "warning" },
  }).spawn();
  const server = await startOurs(home);
  try {
    await begun(store, id);
    await pause(WARM_UP_MS);
    return await compare(store, id, server, watchers);
  } finally {
    await server.stop();
    worker.kill("SIGTERM");
    await worker.output();
    await store.close();
  }
}

async function compare(
  store: RunStore,
  id: string,
  { origin }: LoadedServer,
  watchers: number,
): Promise<WatchedTraining> {
  const [unwatched, watched]: [number[], number[]] = [[], []];
  let deliveries = 0;
  for (let pair = 0; pair < PAIRS; pair++) {
    unwatched.push((await measureWindow(store, id)).stepsPerSecond);
    const watching = startWatching(watchers, {
      origin,
      query: "subscription ($id: ID, $after: Int, $every: Int) { " +
        "batches(runId: $id, afterStep: $after, every: $every) { epoch step loss acc } }",
      variables: { id: globalId("Run", id), after: await stepOf(store, id), every: EVERY },
    });
    await watching.open;
    const before = await deliveriesOf(origin);
    const window = await measureWindow(store, id);
    const delivered = await deliveriesOf(origin) - before;
    await watching.leave();
    if (delivered < 0.9 * watchers * window.events) {
      throw new Error(
        `Cannot measure: ${watchers} watchers must have ${window.events} events each, got ${
          (delivered / watchers).toFixed(1)
        } on average.`,
      );
    }
    watched.push(window.stepsPerSecond);
    deliveries += delivered;
  }
  const slowdowns = unwatched.map((speed, pair) => 100 * (speed / (watched[pair] ?? NaN) - 1));
  return {
    unwatched: median(unwatched),
    watched: median(watched),
    slowdown: median(slowdowns),
    deliveries,
  };
}

/** How fast a run is from now on for a while, by its log: from one append to another. */
async function measureWindow(store: RunStore, id: string): Promise<Window> {
  const afterSeq = (await store.get(id))?.snapshot.lastSeq ?? 0;
  await pause(WINDOW_MS);
  const events = await store.read(id, { afterSeq, limit: 10_000, types: ["batches"] });
  const [first, last] = [events[0], events.at(-1)];
  if (!first || !last || first === last) throw new Error("Cannot measure: nothing is trained.");
  const steps = (lastStepOf(last) ?? NaN) - (lastStepOf(first) ?? NaN);
  const seconds = (Date.parse(last.at) - Date.parse(first.at)) / 1000;
  return { stepsPerSecond: steps / seconds, events: Math.floor(steps / EVERY) };
}

async function stepOf(store: RunStore, id: string): Promise<number> {
  return (await store.get(id))?.snapshot.step ?? 0;
}

/** Waits for a run's first step. */
async function begun(store: RunStore, id: string): Promise<void> {
  while (await stepOf(store, id) === 0) await pause(LOOK_MS);
}

/** How many answers the server has given to subscribers. */
async function deliveriesOf(origin: string): Promise<number> {
  const text = await (await fetch(`${origin}/metrics`)).text();
  return Number(/^epochql_subscription_events_total (\d+)$/m.exec(text)?.[1]);
}
