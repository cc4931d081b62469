/**
 * What it costs a training to be watched: one run on a core of its own, and on the first core the server and the
 * watchers, who come and go. What it does in one window is compared with the windows before and after, so that a machine that
 * grows busy, or hot, is the same for both.
 */
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describeDataset } from "../../data/catalog.ts";
import { LIMITS, resolveSpec } from "../../ml/spec.ts";
import { lastStepOf } from "../../runs/event.ts";
import type { RunStore } from "../../runs/store.ts";
import { openStore } from "../../runs/stores/open.ts";
import { globalId } from "../../schema/global_id.ts";
import { cpuSeconds, findProcess, pinned } from "../processes.ts";
import { median } from "../statistics.ts";
import { LAST_CORE, startWatching } from "./audience.ts";
import { type LoadedServer, startOurs } from "./servers.ts";

/** What came of it. How much more is in percent: the median over windows, each beside the two around it. */
export interface WatchedTraining {
  /** Steps a second, by the median window. */
  readonly unwatched: number;
  readonly watched: number;
  /** How much longer a step takes while it is watched. */
  readonly slowdown: number;
  /** How much more a step costs its trainer and its worker of their own time, whoever else is on their core. */
  readonly extraWork: number;
  readonly deliveries: number;
}

/** A part of a training. */
interface Window {
  /** Seconds a step. */
  readonly time: number;
  /** Seconds of work a step, of the trainer and the worker. */
  readonly work: number;
  readonly steps: number;
}

const WORKER = fileURLToPath(new URL("../../cli/worker.ts", import.meta.url));

const WARM_UP_MS = 8_000;
const WINDOW_MS = 6_000;
const WINDOWS = 4;

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
    const pids = [await findProcess("cli/trainer.ts", home), worker.pid];
    await pause(WARM_UP_MS);
    return await compare({ store, id, pids }, server, watchers);
  } finally {
    await server.stop();
    worker.kill("SIGTERM");
    await worker.output();
    await store.close();
  }
}

/** A run that is trained, by these processes. */
interface Training {
  readonly store: RunStore;
  readonly id: string;
  readonly pids: readonly number[];
}

async function compare(
  training: Training,
  { origin }: LoadedServer,
  watchers: number,
): Promise<WatchedTraining> {
  const { store, id } = training;
  const [unwatched, watched] = [[await measureWindow(training)], [] as Window[]];
  let deliveries = 0;
  while (watched.length < WINDOWS) {
    const watching = startWatching(watchers, {
      origin,
      query: "subscription ($id: ID, $after: Int, $every: Int) { " +
        "batches(runId: $id, afterStep: $after, every: $every) { epoch step loss acc } }",
      variables: { id: globalId("Run", id), after: await stepOf(store, id), every: EVERY },
    }, 0);
    await watching.open;
    const before = await deliveriesOf(origin);
    const window = await measureWindow(training);
    const delivered = await deliveriesOf(origin) - before;
    await watching.leave();
    const events = Math.floor(window.steps / EVERY);
    if (delivered < 0.9 * watchers * events) {
      throw new Error(
        `Cannot measure: ${watchers} watchers must have ${events} events each, got ${
          (delivered / watchers).toFixed(1)
        } on average.`,
      );
    }
    watched.push(window);
    deliveries += delivered;
    unwatched.push(await measureWindow(training));
  }
  return {
    unwatched: median(unwatched.map(({ time }) => 1 / time)),
    watched: median(watched.map(({ time }) => 1 / time)),
    slowdown: more(watched, unwatched, "time"),
    extraWork: more(watched, unwatched, "work"),
    deliveries,
  };
}

/** How much more there is of something while the run is watched, in percent. */
function more(
  watched: readonly Window[],
  unwatched: readonly Window[],
  what: "time" | "work",
): number {
  return median(watched.map((window, index) => {
    const [before, after] = [unwatched[index], unwatched[index + 1]];
    return 200 * window[what] / ((before?.[what] ?? NaN) + (after?.[what] ?? NaN)) - 100;
  }));
}

/** How fast a run is from now on for a while, by its log: from one append to another. */
async function measureWindow({ store, id, pids }: Training): Promise<Window> {
  const work = async () => {
    const seconds = await Promise.all(pids.map(cpuSeconds));
    return { step: await stepOf(store, id), seconds: seconds.reduce((sum, one) => sum + one, 0) };
  };
  const afterSeq = (await store.get(id))?.snapshot.lastSeq ?? 0;
  const before = await work();
  await pause(WINDOW_MS);
  const after = await work();
  const events = await store.read(id, { afterSeq, limit: 10_000, types: ["batches"] });
  const [first, last] = [events[0], events.at(-1)];
  if (!first || !last || first === last) throw new Error("Cannot measure: nothing is trained.");
  const steps = (lastStepOf(last) ?? NaN) - (lastStepOf(first) ?? NaN);
  return {
    time: (Date.parse(last.at) - Date.parse(first.at)) / 1000 / steps,
    work: (after.seconds - before.seconds) / (after.step - before.step),
    steps,
  };
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
