/** The context of proofs, each of which causes one fault and observes its effects. */
import type { Run } from "../../../runs/log/run.ts";
import { askUntilAnswered, type StartedRun, startTraining } from "../api.ts";
import type { Cluster } from "../cluster.ts";
import { checkCheckpoints } from "../checkpoints.ts";
import { checkRun, type Expected, type Findings, type Numbers, together } from "../invariants.ts";
import { checkWatched } from "../watched.ts";
import { readLog, type Training, TRAININGS, until, untilAtRest } from "../trainings.ts";
import { type Transport, TRANSPORTS, watch, type Watcher } from "../watcher.ts";
import type { Place, StoreKind, Workspace } from "../workspace.ts";

/** Cluster, signal and reports of a proof. */
export interface ProofContext {
  readonly workspace: Workspace;
  readonly store: StoreKind;
  readonly seed: number;
  /** Shortens all waits, for the test suite. */
  readonly isShort: boolean;
  readonly signal: AbortSignal;
  /** Deno's arguments for a worker with a fake trainer, where there are many. */
  readonly worker?: (place: Place, index: number) => readonly string[];
  /** Registers a resource to close after the proof, in reverse order, and whose logs are shown after a failure. */
  use<Used extends Closable>(used: Used): Used;
  /** Adds a line to the report. */
  note(line: string): void;
}

/** A resource. */
export interface Closable {
  close(): Promise<void>;
  said?(): Promise<string>;
}

/** A proof. */
export interface Proof {
  /** The proved property, as a sentence. */
  readonly title: string;
  readonly stores: readonly StoreKind[];
  /** Reason why it cannot run here, if so. */
  readonly whyNot?: () => Promise<string | undefined>;
  prove(context: ProofContext): Promise<Findings>;
}

/** A training with the same first numbers as ENDLESS: that of the engine which starts fastest. */
export const BEGINNING: Training = firstOf(TRAININGS.filter(({ engine }) => engine === "NATIVE"));

/** A long training, which is cancelled at the end. */
export const ENDLESS: Training = { ...BEGINNING, epochs: 10_000 };

/** A query and a mutation that need the store. */
export const RUNS = "{ runs { totalCount } }";
export const START = "mutation { startTraining(input: { epochs: 1 }) { run { id } } }";

const CANCEL = "mutation ($id: ID!) { cancelTraining(runId: $id) { run { state } } }";
const PAUSE = "mutation ($id: ID!) { pauseTraining(runId: $id) { run { state } } }";
const RESUME = "mutation ($id: ID!) { resumeTraining(runId: $id) { run { state } } }";

/** A watched run. */
export interface WatchedRun extends StartedRun {
  readonly watchers: readonly Watcher[];
}

/** Starts a training and watches it on each server by each transport. */
export async function startWatched(
  cluster: Cluster,
  name: string,
  training: Training,
  signal: AbortSignal,
  transports: readonly Transport[] = TRANSPORTS,
): Promise<WatchedRun> {
  const run = await startTraining(() => cluster.origin(), name, { ...training }, signal);
  const watchers = transports.map((transport) =>
    watch(cluster.origin(), run.globalId, transport, signal)
  );
  return { ...run, watchers };
}

/** Cancels a run and waits for its end. */
export async function cancel(
  cluster: Cluster,
  { id, globalId }: StartedRun,
  signal: AbortSignal,
): Promise<Run> {
  await askUntilAnswered(() => cluster.origin(), CANCEL, { id: globalId }, signal);
  return await untilAtRest(cluster.store, id, signal);
}

/** Pauses a run and waits until it is paused. */
export async function pauseRun(
  cluster: Cluster,
  { id, globalId }: StartedRun,
  signal: AbortSignal,
): Promise<Run> {
  await askUntilAnswered(() => cluster.origin(), PAUSE, { id: globalId }, signal);
  return await until(cluster.store, signal, async () => {
    const run = await cluster.store.get(id);
    return run?.snapshot.state === "PAUSED" ? run : undefined;
  });
}

/** Resumes a run. */
export async function resume(
  cluster: Cluster,
  { globalId }: StartedRun,
  signal: AbortSignal,
): Promise<void> {
  await askUntilAnswered(() => cluster.origin(), RESUME, { id: globalId }, signal);
}

/** Checks a finished run with everything that its watchers received. */
export async function checkWatchedRun(
  cluster: Cluster,
  run: Run,
  { watchers }: WatchedRun,
  expected: Expected,
): Promise<Findings> {
  await Promise.all(watchers.map(({ done }) => done));
  const events = await readLog(cluster.store, run.id);
  return together(
    checkRun(run, events, expected),
    ...watchers.map(({ name, seen }) => checkWatched(name, seen, events)),
    await checkCheckpoints(cluster, run),
  );
}

/** Waits until a run has reached a step. */
export async function untilStep(
  cluster: Cluster,
  id: string,
  step: number,
  signal: AbortSignal,
): Promise<Run> {
  return await until(cluster.store, signal, async () => {
    const run = await cluster.store.get(id);
    return run && run.snapshot.step >= step ? run : undefined;
  });
}

/** Waits until watchers have received an event. */
export async function untilSeen(watchers: readonly Watcher[], seq: number): Promise<void> {
  while (watchers.some(({ seen }) => (seen.at(-1)?.seq ?? 0) < seq)) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Describes the expected end of a cancelled training: the numbers of its beginning. */
export function cancelled(numbers: Numbers): Expected {
  return { state: "CANCELLED", numbers };
}

function firstOf(trainings: readonly Training[]): Training {
  const [first] = trainings;
  if (!first) throw new RangeError("There must be a training.");
  return first;
}
