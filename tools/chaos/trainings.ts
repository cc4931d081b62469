/**
 * The trainings of the chaos: small ones of every recipe, which cover all optimizers and random streams, and their
 * numbers without disturbance.
 */
import type { NamedEngine } from "../../ml/spec/engine_choice.ts";
import type { Run } from "../../runs/log/run.ts";
import { isFinished } from "../../runs/log/state.ts";
import type { RunEvent } from "../../runs/log/event.ts";
import { readPages } from "../../runs/reading/read_pages.ts";
import type { RunStore } from "../../runs/store/store.ts";
import type { Cluster } from "./cluster.ts";
import { startTraining } from "./api.ts";
import { checkRun, type Findings, type Numbers, numbersOf } from "./invariants.ts";

/** The input of startTraining. */
export interface Training {
  readonly recipe: string;
  readonly engine: NamedEngine;
  readonly seed: number;
  readonly trainSamples: number;
  readonly testSamples: number;
  readonly batchSize: number;
  readonly epochs: number;
}

/**
 * Trainings of many steps with little to compute in each, on both engines of the CPU: TensorFlow takes longer to load.
 */
export const TRAININGS: readonly Training[] = [
  {
    recipe: "BASIC_CNN",
    engine: "TENSORFLOW",
    seed: 1,
    trainSamples: 400,
    batchSize: 8,
    epochs: 4,
    testSamples: 50,
  },
  {
    recipe: "BASIC_CNN",
    engine: "NATIVE",
    seed: 2,
    trainSamples: 250,
    batchSize: 4,
    epochs: 4,
    testSamples: 40,
  },
  {
    recipe: "DROPOUT_CNN",
    engine: "NATIVE",
    seed: 3,
    trainSamples: 162,
    batchSize: 8,
    epochs: 3,
    testSamples: 40,
  },
  {
    recipe: "WIDE_KERNEL_CNN",
    engine: "NATIVE",
    seed: 4,
    trainSamples: 198,
    batchSize: 4,
    epochs: 4,
    testSamples: 40,
  },
];

/** Returns the number of steps of a training. */
export function stepsOf({ trainSamples, batchSize, epochs }: Training): number {
  return Math.ceil(trainSamples / batchSize) * epochs;
}

/** Trains undisturbed and returns the numbers. */
export async function trainUndisturbed(
  cluster: Cluster,
  training: Training,
  name: string,
  signal: AbortSignal,
): Promise<{ readonly numbers: Numbers; readonly findings: Findings }> {
  const { id } = await startTraining(() => cluster.origin(), name, { ...training }, signal);
  const run = await untilAtRest(cluster.store, id, signal);
  const events = await readLog(cluster.store, id);
  return { numbers: numbersOf(events), findings: checkRun(run, events) };
}

/** Reads all events of a run, or those of some types. */
export async function readLog(
  store: RunStore,
  id: string,
  types?: readonly RunEvent["type"][],
): Promise<RunEvent[]> {
  return (await Array.fromAsync(readPages(store, id, types))).flat();
}

/** Waits until a run has ended. */
export function untilAtRest(store: RunStore, id: string, signal: AbortSignal): Promise<Run> {
  return until(store, signal, async () => {
    const run = await store.get(id);
    return run && isFinished(run.snapshot.state) ? run : undefined;
  });
}

/**
 * Waits for a condition on the store, checked after each notification.
 *
 * @throws the signal's reason when it aborts
 */
export async function until<T>(
  store: RunStore,
  signal: AbortSignal,
  look: () => Promise<T | undefined>,
): Promise<T> {
  for (;;) {
    const mark = store.mark();
    const found = await look();
    if (found !== undefined) return found;
    signal.throwIfAborted();
    await store.wait(mark, signal);
  }
}
