/**
 * Cursors over the log, the sources of subscriptions: they replay the events after a position and then yield new ones.
 * A consumer that returns with its last cursor misses nothing.
 */
import { findPullSource, type PullSource } from "../../lib/streams/pull_source.ts";
import type { Run } from "../log/run.ts";
import type { RunEvent, RunEventType } from "../log/event.ts";
import { coalesceReads } from "./coalesced_reads.ts";
import { followLog, type FollowOptions, type TailListener } from "./follower.ts";
import { isFinished, RUN_STATES } from "../log/state.ts";
import { type RunStore, STATE_CHANGES } from "../store/store.ts";

/** One step, as the subscription `batches` yields it. */
export interface BatchMetrics {
  readonly runId: string;
  /** From 1. */
  readonly epoch: number;
  /** From 1, counted over the whole training. */
  readonly step: number;
  /** Mean loss of the batch, in nats per sample. */
  readonly loss: number;
  /** Accuracy on the batch, a fraction. */
  readonly acc: number;
}

/** Maximum number of events of a page. */
const PAGE = 500;

/** Maximum number of `batches` events of a page: each holds many steps. */
const BATCHES_PAGE = 50;

/** States of unfinished runs. */
const OPEN_STATES = RUN_STATES.filter((state) => !isFinished(state));

/**
 * Yields the events of a run after a seq, or those of some types. Ends when the run has ended and
 * all were yielded, when the run is deleted, or when the signal aborts.
 */
export function followEvents(
  store: RunStore,
  runId: string,
  options: {
    readonly afterSeq?: number | undefined;
    readonly types?: readonly RunEventType[] | undefined;
    readonly signal: AbortSignal;
    readonly onLive?: TailListener | undefined;
  },
): PullSource<RunEvent> {
  return tail(store, {
    ...options,
    runId,
    limit: PAGE,
    selection: "all",
    select: (event) => [event],
  });
}

/** Returns whether a run's log has events after a seq, of some types or any. */
export async function hasEvents(
  store: RunStore,
  runId: string,
  { afterSeq, types }: {
    readonly afterSeq: number;
    readonly types?: readonly RunEventType[] | undefined;
  },
): Promise<boolean> {
  return (await store.read(runId, { afterSeq, limit: 1, types })).length > 0;
}

/**
 * Yields the epochs of a run after an epoch. Without a run: those of the run in training, else of the next one in the
 * queue or to be started. Ends as followEvents() does.
 */
export function followEpochs(
  store: RunStore,
  { afterEpoch = 0, ...options }: {
    readonly runId?: string | undefined;
    readonly afterSeq?: number | undefined;
    readonly afterEpoch?: number;
    readonly signal: AbortSignal;
    readonly onLive?: TailListener | undefined;
  },
): PullSource<RunEvent<"epoch">> {
  return tail(store, {
    ...options,
    types: ["epoch"],
    limit: PAGE,
    selection: `after ${afterEpoch}`,
    select: (event) => event.type === "epoch" && event.number > afterEpoch ? [event] : [],
  });
}

/**
 * Yields the steps of a run after a step, as followEpochs() yields epochs.
 *
 * @param options.every only steps whose number is a multiple of this
 */
export function followBatches(
  store: RunStore,
  { afterStep = 0, every = 1, ...options }: {
    readonly runId?: string | undefined;
    readonly afterStep?: number;
    readonly every?: number;
    readonly signal: AbortSignal;
    readonly onLive?: TailListener | undefined;
  },
): PullSource<BatchMetrics> {
  return tail(store, {
    ...options,
    types: ["batches"],
    afterStep,
    limit: BATCHES_PAGE,
    selection: `after ${afterStep}, every ${every}`,
    select: (event) => event.type === "batches" ? stepsOf(event, afterStep, every) : [],
  });
}

/** Returns the steps of an event after a step, those whose number is a multiple of `every`. */
function stepsOf(
  event: RunEvent<"batches">,
  afterStep: number,
  every: number,
): readonly BatchMetrics[] {
  const { firstStep } = event;
  const batches = batchesOf(event);
  if (every === 1 && afterStep < firstStep) return batches;
  const steps: BatchMetrics[] = [];
  const from = every * Math.ceil(Math.max(afterStep + 1, firstStep) / every);
  for (let step = from; step < firstStep + batches.length; step += every) {
    const batch = batches[step - firstStep];
    if (batch) steps.push(batch);
  }
  return steps;
}

/** Steps of events, so that several followers of a run share the same objects. */
const unpacked = new WeakMap<RunEvent<"batches">, readonly BatchMetrics[]>();

function batchesOf(event: RunEvent<"batches">): readonly BatchMetrics[] {
  const known = unpacked.get(event);
  if (known) return known;
  const { runId, epoch, firstStep, losses, accs } = event;
  const batches = losses.map((loss, index) => ({
    runId,
    epoch,
    step: firstStep + index,
    loss,
    acc: accs[index] ?? NaN,
  }));
  unpacked.set(event, batches);
  return batches;
}

/**
 * Yields every unfinished run, oldest first, and then each run after each change of its state or description. Never
 * ends by itself.
 */
export async function* followStates(
  store: RunStore,
  { signal }: { readonly signal: AbortSignal },
): AsyncGenerator<Run, void> {
  const reads = coalesceReads(store);
  // The last change is read before the runs: a change in between is yielded twice rather than not at all.
  let after = await store.lastChange();
  const listed = new Map<string, number>();
  for (const run of await openRuns(store)) {
    if (signal.aborted) return;
    listed.set(run.id, run.snapshot.lastSeq);
    yield run;
  }
  while (!signal.aborted) {
    const mark = store.mark();
    const changes = await reads.changes({ after, limit: PAGE });
    for (const { change, run } of changes) {
      if (signal.aborted) return;
      after = change;
      if (run.snapshot.lastSeq <= (listed.get(run.id) ?? 0)) continue;
      listed.delete(run.id);
      yield run;
    }
    if (changes.length < PAGE) await store.wait(mark, signal, STATE_CHANGES);
  }
}

/**
 * Yields what is selected of the events of a run until the run has ended. Without a run: of the one in training, else
 * of the next one in the queue or to be started.
 */
function tail<T extends object>(
  store: RunStore,
  { runId, ...options }: Omit<FollowOptions<T>, "runId"> & { readonly runId?: string | undefined },
): PullSource<T> {
  if (runId !== undefined) return followLog(store, { ...options, runId });
  return findPullSource(async () => {
    const runId = await currentRun(store, options.signal);
    return runId === undefined ? undefined : followLog(store, { ...options, runId });
  });
}

/** Waits for a run in training or in the queue. */
async function currentRun(store: RunStore, signal: AbortSignal): Promise<string | undefined> {
  while (!signal.aborted) {
    const mark = store.mark();
    const run = await coalesceReads(store).current();
    if (run) return run.id;
    await store.wait(mark, signal, STATE_CHANGES);
  }
  return undefined;
}

/** Lists the unfinished runs, oldest first. */
async function openRuns(store: RunStore): Promise<readonly Run[]> {
  const runs: Run[] = [];
  for (;;) {
    const after = runs.at(-1)?.id;
    const page = await store.list({
      first: PAGE,
      state: OPEN_STATES,
      after,
    });
    runs.push(...page.runs);
    if (!page.hasNextPage) return runs.reverse();
  }
}
