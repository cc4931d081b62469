/**
 * Measures the slowdown of a watched training. The run has a core of its own; server and watchers
 * share the first one.
 * Each window with watchers is compared with the quiet windows around it, so that a machine that
 * grows busy or hot affects both alike. Cores share caches, power and memory bandwidth: a busy loop
 * in the watchers' place is measured as well.
 */
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describeDataset } from "../../data/catalog.ts";
import { SPEC_FIELDS } from "../../ml/spec/fields.ts";
import { resolveSpec } from "../../ml/spec/resolve.ts";
import { definitionOf } from "../../runs/log/definition_of.ts";
import type { RunEvent } from "../../runs/log/event.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { openStore } from "../../runs/store/open.ts";
import { globalId } from "../../schema/base/global_id.ts";
import { pinned } from "../processes.ts";
import { median } from "../report/statistics.ts";
import { LAST_CORE, startWatching } from "./audience.ts";
import { type LoadedServer, startOurs } from "./servers.ts";

/**
 * Result of the measurement. Slowdowns are percentages: the median over windows, each beside its
 * two neighbours.
 */
export interface WatchedTraining {
  /** Steps a second, by the median window. */
  readonly unwatched: number;
  readonly watched: number;
  readonly besideLoop: number;
  /** Slowdown of a step while it is watched. */
  readonly slowdown: number;
  /** The same, of a loop in the watchers' place. */
  readonly loopSlowdown: number;
  readonly deliveries: number;
}

/** A part of a training. */
interface Window {
  /** Seconds a step. */
  readonly time: number;
  readonly steps: number;
}

const WORKER = fileURLToPath(new URL("../../cli/worker.ts", import.meta.url));

const WARM_UP_MS = 8_000;
const WINDOW_MS = 6_000;
const WINDOWS = 4;

/** Watchers receive every tenth step. */
const EVERY = 10;

const POLL_MS = 200;

/**
 * @param datasets a folder of datasets
 * @param home an empty folder: an interrupted run in it would be trained first
 * @throws {Error} unless the watchers receive the steps of the run
 */
export async function measureTraining(
  datasets: string,
  home: string,
  watchers: number,
): Promise<WatchedTraining> {
  // Copied: a trainer cannot follow links out of its folder.
  await cp(datasets, join(home, "data"), { recursive: true });
  const store = await openStore({ home });
  // A small test set, so that evaluations take little of a window.
  const request = { seed: 1, epochs: SPEC_FIELDS.epochs.rule.max, testSamples: 100 };
  const spec = resolveSpec(request, describeDataset("mnist"));
  const { run: { id } } = await store.create({ name: "What is watched", spec });
  const worker = pinned(LAST_CORE, ["run", "-A", "--no-check", WORKER], {
    EPOCHQL_HOME: home,
    DATABASE_URL: "",
    NO_COLOR: "1",
    LOG_LEVEL: "warning",
  }).spawn();
  const server = await startOurs(home);
  try {
    await begun(store, id);
    await pause(WARM_UP_MS);
    return await compare({ store, id }, server, watchers);
  } finally {
    await server.stop();
    worker.kill("SIGTERM");
    await worker.output();
    await store.close();
  }
}

/** A run in training. */
interface Training {
  readonly store: RunStore;
  readonly id: string;
}

async function compare(
  training: Training,
  { origin }: LoadedServer,
  watchers: number,
): Promise<WatchedTraining> {
  const { store, id } = training;
  const unwatched = [await measureWindow(training)];
  const [watched, besideLoop]: [Window[], Window[]] = [[], []];
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
    besideLoop.push(await besideBusyLoop(() => measureWindow(training)));
    unwatched.push(await measureWindow(training));
  }
  return {
    unwatched: median(unwatched.map(({ time }) => 1 / time)),
    watched: median(watched.map(({ time }) => 1 / time)),
    besideLoop: median(besideLoop.map(({ time }) => 1 / time)),
    slowdown: longer(watched, unwatched),
    loopSlowdown: longer(besideLoop, unwatched),
    deliveries,
  };
}

/**
 * Computes how much longer a step takes in some windows than in the quiet ones around each, in
 * percent.
 */
function longer(windows: readonly Window[], quiet: readonly Window[]): number {
  return median(windows.map(({ time }, index) => {
    const [before, after] = [quiet[index], quiet[index + 1]];
    return 200 * time / ((before?.time ?? NaN) + (after?.time ?? NaN)) - 100;
  }));
}

/** Runs work while the first core is kept busy. */
async function besideBusyLoop<T>(work: () => Promise<T>): Promise<T> {
  const loop = pinned(0, ["eval", "for (;;);"]).spawn();
  try {
    return await work();
  } finally {
    loop.kill("SIGKILL");
    await loop.output();
  }
}

/** Measures a run's speed by its log, from one append to another. */
async function measureWindow({ store, id }: Training): Promise<Window> {
  const afterSeq = (await store.get(id))?.snapshot.lastSeq ?? 0;
  await pause(WINDOW_MS);
  const events = await store.read(id, { afterSeq, limit: 10_000, types: ["batches"] });
  const [first, last] = [events[0], events.at(-1)];
  if (!first || !last || first === last) throw new Error("Cannot measure: nothing is trained.");
  const steps = lastStepOf(last) - lastStepOf(first);
  return { time: (Date.parse(last.at) - Date.parse(first.at)) / 1000 / steps, steps };
}

function lastStepOf(event: RunEvent): number {
  return definitionOf(event.type).lastStep?.(event) ?? NaN;
}

async function stepOf(store: RunStore, id: string): Promise<number> {
  return (await store.get(id))?.snapshot.step ?? 0;
}

/**
 * Waits for a run's first step.
 *
 * @throws {Error} if it ends before
 */
async function begun(store: RunStore, id: string): Promise<void> {
  while (await stepOf(store, id) === 0) {
    const state = (await store.get(id))?.snapshot.state;
    if (state === "FAILED") {
      throw new Error("Cannot measure: the run failed before its first step.");
    }
    await pause(POLL_MS);
  }
}

/** Reads the number of results that the server has sent to subscribers. */
async function deliveriesOf(origin: string): Promise<number> {
  const text = await (await fetch(`${origin}/metrics`)).text();
  return Number(/^epochql_subscription_events_total (\d+)$/m.exec(text)?.[1]);
}
