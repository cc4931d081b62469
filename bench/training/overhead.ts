/**
 * Measures the cost of durability: the same epochs trained by train() alone, and by a worker that
 * logs every step and keeps a checkpoint of each epoch.
 * Both are timed by one clock from the end of the first epoch to the end of the last, so that
 * loading and warming up do not count.
 */
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { describeDataset } from "../../data/catalog.ts";
import { resolveSpec } from "../../ml/spec/resolve.ts";
import type { TrainingSpec } from "../../ml/spec/spec.ts";
import { isFinished } from "../../runs/log/state.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { openStore } from "../../runs/store/open.ts";
import { runForJson } from "../processes.ts";

/** Result of a comparison: seconds for the same epochs. */
export interface Overhead {
  readonly bareSeconds: number;
  readonly keptSeconds: number;
}

/** The epochs that are timed, and the one before them. */
const EPOCHS = 7;

const POLL_MS = 1_000;

const BARE = fileURLToPath(new URL("bare.ts", import.meta.url));
const WORKER = fileURLToPath(new URL("../../cli/worker.ts", import.meta.url));

/**
 * Measures one after the other.
 *
 * @param home a folder with the datasets in it; the run is kept there too
 * @param bareFirst who begins: a machine that grows busy, or hot, is to be shared fairly
 * @throws {Error} if the run did not end well, or has not a checkpoint for each epoch
 */
export async function measureOverhead(home: string, bareFirst: boolean): Promise<Overhead> {
  const spec = resolveSpec({ epochs: EPOCHS, seed: 1 }, describeDataset("mnist"));
  if (bareFirst) {
    const bareSeconds = await measureBare(spec, home);
    return { bareSeconds, keptSeconds: await measureKept(spec, home) };
  }
  const keptSeconds = await measureKept(spec, home);
  return { bareSeconds: await measureBare(spec, home), keptSeconds };
}

async function measureBare(spec: TrainingSpec, home: string): Promise<number> {
  const args = ["run", "-A", BARE, JSON.stringify(spec), join(home, "data")];
  const { seconds } = await runForJson(Deno.execPath(), args) as { readonly seconds: number };
  return seconds;
}

async function measureKept(spec: TrainingSpec, home: string): Promise<number> {
  const store = await openStore({ home });
  try {
    const { run: { id } } = await store.create({ name: "What the log costs", spec });
    const worker = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", WORKER],
      env: { EPOCHQL_HOME: home, NO_COLOR: "1", LOG_LEVEL: "warning" },
      stdin: "null",
      stdout: "null",
      stderr: "inherit",
    }).spawn();
    try {
      const ends = await watchEpochs(store, id);
      const [first = NaN] = ends;
      return ((ends.at(-1) ?? NaN) - first) / 1000;
    } finally {
      worker.kill("SIGTERM");
      await worker.status;
    }
  } finally {
    await store.close();
  }
}

/** When each epoch came into the log, in milliseconds. */
async function watchEpochs(store: RunStore, id: string): Promise<readonly number[]> {
  for (;;) {
    const run = await store.get(id);
    if (run && isFinished(run.snapshot.state)) break;
    // Seldom: who looks takes part of the machine, too.
    await setTimeout(POLL_MS);
  }
  const events = await store.read(id, { afterSeq: 0, limit: 1000, types: ["epoch", "checkpoint"] });
  const epochs = events.filter(({ type }) => type === "epoch");
  const checkpoints = events.filter(({ type }) => type === "checkpoint");
  if (epochs.length !== EPOCHS || checkpoints.length < EPOCHS) {
    throw new Error(
      `Cannot measure what the log costs: there must be ${EPOCHS} epochs with a checkpoint each, ` +
        `got ${epochs.length} and ${checkpoints.length}.`,
    );
  }
  return epochs.map(({ at }) => Date.parse(at));
}
