/**
 * Trains one claimed run to its end: from the trainer's events into the log, with the lease kept on the way.
 * The lease and the log do not wait for the training; the training waits for the log only when the log
 * cannot be written for long.
 */
import { catchUp } from "./catch_up.ts";
import { delay } from "./delay.ts";
import type { RunEventBody } from "./event.ts";
import { keepLease } from "./lease.ts";
import { createLogWriter, type LogWriter } from "./log_writer.ts";
import { createOutbox, type Outbox } from "./outbox.ts";
import type { RunSnapshot } from "./state.ts";
import {
  type Claim,
  ConflictError,
  FencedError,
  type Run,
  type RunStore,
  StoreUnavailableError,
} from "./store.ts";
import { type Trainer, TrainerCrashedError } from "./trainer.ts";

/** What a run needs to be trained. */
export interface TrainRunOptions {
  readonly store: RunStore;
  readonly trainer: Trainer;
  readonly claim: Claim;
  /** How long the claim lasts without a sign of life: as it was claimed. */
  readonly leaseMs: number;
  /** Stops the training; a worker takes the run up again. */
  readonly signal: AbortSignal;
  /** Is told what a person who runs the worker should know. */
  readonly log?: WorkerLog;
}

/** Takes a line for a worker's log. */
export type WorkerLog = (level: "info" | "warning" | "error", message: string) => void;

/** How often a run may end its trainer or its worker without finishing an epoch in between. */
export const MOST_CRASHES = 3;

/** The least time between two appends: each is a commit to disk, and wakes every reader. */
const APPEND_MS = 50;

/** Steps that are kept while the log cannot be written; then the training waits. */
const KEPT_STEPS = 1_000_000;

/** How long a worker that was stopped tries to write down that it was. */
const LAST_WORDS_MS = 5_000;

/**
 * Trains a claimed run until it is over, is interrupted, or the claim is lost.
 *
 * @returns the run as it was left, or undefined if it now belongs to another or could not be written down
 */
export async function trainRun(options: TrainRunOptions): Promise<Run | undefined> {
  const { store, trainer, claim, leaseMs, signal, log = () => {} } = options;
  const { id, name, spec, snapshot } = claim.run;
  /** The claim is gone, or nothing can be written any more. */
  const lost = new AbortController();
  const cancelled = new AbortController();
  const giveUp = new AbortController();
  const done = new AbortController();

  let latest = claim.run;
  const heed = (run: Run) => {
    latest = run;
    if (run.snapshot.state === "CANCELLING") cancelled.abort();
  };
  const hurry = () => void delay(LAST_WORDS_MS, done.signal).then(() => giveUp.abort());
  if (signal.aborted) hurry();
  else signal.addEventListener("abort", hurry, { once: true, signal: done.signal });

  const writer = createLogWriter(store, claim, {
    giveUp: AbortSignal.any([giveUp.signal, lost.signal]),
    onTrouble: (message) =>
      message === undefined
        ? log("info", `The log of '${name}' is being written again.`)
        : log("error", `${message} The training of '${name}' goes on meanwhile.`),
  });
  const keeping = keepLease(store, claim, {
    leaseMs,
    until: done.signal,
    onRun: heed,
    onLost: () => lost.abort(),
  });
  keeping.catch(() => {}); // Awaited below.
  try {
    const verdict = await verdictBeforeTraining();
    if (verdict) return await writer.append([verdict]);

    const outbox = createOutbox(KEPT_STEPS);
    const writing = writeOut(outbox, writer, heed).finally(() => {
      // If it failed, nothing more is to be trained.
      if (!outbox.closed.aborted) lost.abort();
      outbox.close();
    });
    writing.catch(() => {}); // Awaited below.
    const stop = AbortSignal.any([signal, cancelled.signal, lost.signal]);
    const end = await train(outbox, stop).finally(() => outbox.close());
    return await finish(await endOfWriting(writing) ?? end);
  } catch (error) {
    if (error instanceof FencedError) log("warning", error.message);
    else if (error instanceof StoreUnavailableError) {
      log("error", `${error.message} The run '${name}' is left to its next worker.`);
    } else throw error;
    return undefined;
  } finally {
    done.abort();
    await keeping;
  }

  /** What ends the run without training, if anything does. */
  async function verdictBeforeTraining(): Promise<RunEventBody | undefined> {
    if (snapshot.state === "CANCELLING") return { type: "cancelled" };
    if (snapshot.crashes < MOST_CRASHES) return undefined;
    const crashes = await store.read(id, { afterSeq: 0, limit: 1_000, types: ["interrupted"] });
    const last = crashes.at(-1);
    return crashedTooOften(last?.type === "interrupted" ? last.reason : "nothing is known of it.");
  }

  /** Trains, and says how it ended; undefined if it was stopped. */
  async function train(outbox: Outbox, stop: AbortSignal): Promise<RunEventBody | undefined> {
    const newsOf = catchUp(snapshot);
    let epoch = 0;
    try {
      for await (const event of trainer.train(spec, { signal: stop })) {
        if (event.type === "epoch") epoch = event.number;
        const news = newsOf(event);
        if (news) await outbox.add(news);
      }
      if (epoch === spec.epochs) return { type: "completed" };
      if (stop.aborted) return undefined;
      throw new Error(`Cannot finish: the trainer must reach epoch ${spec.epochs}, got ${epoch}.`);
    } catch (error) {
      if (stop.aborted) return undefined;
      const message = error instanceof Error ? error.message : String(error);
      log("error", `The training of '${name}' has ended: ${message}`);
      return error instanceof TrainerCrashedError
        ? { type: "interrupted", reason: message, crashed: true }
        : { type: "failed", error: message };
    }
  }

  /** Writes down how the training ended. */
  async function finish(end: RunEventBody | undefined): Promise<Run> {
    try {
      return await writer.append([lastEvent(latest.snapshot, end)]);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      // A client has asked for something in this very moment.
      const { snapshot } = await store.renew(claim, leaseMs);
      return await writer.append([lastEvent(snapshot, end)]);
    }
  }
}

/** Writes what comes into the outbox until it is closed and empty. */
async function writeOut(
  outbox: Outbox,
  writer: LogWriter,
  onRun: (run: Run) => void,
): Promise<void> {
  while (await outbox.ready()) {
    onRun(await writer.append(outbox.take()));
    await delay(APPEND_MS, outbox.closed);
  }
}

/**
 * Waits until everything is written.
 *
 * @returns the end of the run, if the log refused what the trainer said
 */
async function endOfWriting(writing: Promise<void>): Promise<RunEventBody | undefined> {
  try {
    await writing;
    return undefined;
  } catch (error) {
    if (error instanceof RangeError) return { type: "failed", error: error.message };
    throw error;
  }
}

/** The event that leaves a run, by how its training ended and what its clients want. */
function lastEvent(
  { state, crashes }: RunSnapshot,
  end: RunEventBody | undefined,
): RunEventBody {
  if (end && end.type !== "interrupted") return end;
  if (state === "CANCELLING") return { type: "cancelled" };
  if (!end) return { type: "interrupted", reason: "The worker was stopped.", crashed: false };
  return crashes + 1 < MOST_CRASHES ? end : crashedTooOften(end.reason);
}

function crashedTooOften(last: string): RunEventBody {
  return {
    type: "failed",
    error:
      `Cannot go on training: what trains a run must not die ${MOST_CRASHES} times without an ` +
      `epoch in between, and it has. The last time: ${last}`,
  };
}
