/**
 * Trains one claimed run to its end: from the trainer's events into the log, with the lease kept on the way.
 * The lease and the log do not wait for the training; the training waits for the log only when the log
 * cannot be written for long, and for its checkpoints when there is no room for them.
 */
import { errorMessage } from "../../lib/error_message.ts";
import { asWriteError } from "../../ml/checkpoint/atomic_file.ts";
import { skipLogged } from "./skip_logged.ts";
import {
  createCheckpointManager,
  pruneEvents,
  removeLeftovers,
  removeOrphans,
  removePruned,
} from "./checkpoint_manager.ts";
import type { CheckpointStore } from "../checkpoints/store.ts";
import { delay } from "../../lib/delay.ts";
import { deviceChangeWarning } from "./device_change.ts";
import { finalEvents, outcomeBeforeStart, type TrainingEnd } from "./outcome.ts";
import type { RunEventBody } from "../log/event.ts";
import type { GpuReader } from "../trainer/gpu.ts";
import { keepLease } from "./lease.ts";
import { createLogWriter, type LogWriter } from "./log_writer.ts";
import { createEventBuffer, type EventBuffer } from "./event_buffer.ts";
import { claimFolder, removeStaleAttempts } from "../paths.ts";
import { watchControlRequests } from "./control_requests.ts";
import { findResumePoint, type ResumePoint } from "./resume_point.ts";
import { epochsOf } from "../log/state.ts";
import { sampleSystem } from "./system_samples.ts";
import {
  type Claim,
  ConflictError,
  FencedError,
  type Run,
  type RunStore,
  StoreUnavailableError,
} from "../store/store.ts";
import { type Trainer, TrainerCrashedError, type TrainOptions } from "../trainer/trainer.ts";
import { inTrainingSpan, type TrainingSpan, withTraceparent } from "./training_span.ts";

/** What a run needs to be trained. */
export interface AttemptOptions {
  readonly store: RunStore;
  readonly trainer: Trainer;
  readonly checkpoints: CheckpointStore;
  /** A folder on this machine, for what is only needed while the run is trained. */
  readonly scratch: string;
  readonly claim: Claim;
  /** How long the claim lasts without a sign of life: as it was claimed. */
  readonly leaseMs: number;
  /** How often to save within an epoch. */
  readonly saveEvery?: NonNullable<TrainOptions["saveEvery"]>;
  /** Asks the GPU what it is at, for measurements of a training on it. */
  readonly readGpu?: GpuReader;
  /** Stops the training in good order; a worker takes the run up again. */
  readonly signal: AbortSignal;
  /** Is told what a person who runs the worker should know. */
  readonly log?: WorkerLog;
  /** Is told what keeps the training from going on, and with null that it goes on. */
  readonly onTrouble?: (message: string | null) => void;
}

type LogLevel = "info" | "warning" | "error";

/** Takes a line for a worker's log, and the run that it is about, if it is about one. */
export type WorkerLog = (
  level: LogLevel,
  message: string,
  about?: { readonly runId: string },
) => void;

/** The least time between two appends: each is a commit to disk, and wakes every reader. */
const APPEND_MS = 50;

/** Steps that are kept while the log cannot be written; then the training waits. */
const KEPT_STEPS = 1_000_000;

/** How long a worker that was stopped lets its training save itself. */
const SAVE_MS = 5_000;

/** How long it then tries to write down that it was stopped. */
const LAST_WORDS_MS = 3_000;

/** How long the end of a run waits for the removal of files that are not needed. */
const REMOVAL_MS = 2_000;

/** How long to leave a disk alone that cannot be written. */
const TROUBLE_MS = 2_000;

/**
 * Trains a claimed run until it is over, paused or interrupted, or the claim is lost.
 *
 * @returns the run as it was left, or undefined if it now belongs to another or could not be written down
 */
export async function runAttempt(options: AttemptOptions): Promise<Run | undefined> {
  const { store, claim } = options;
  return await inTrainingSpan(store, claim, (span) => trainClaimed(options, span));
}

async function trainClaimed(
  options: AttemptOptions,
  span: TrainingSpan,
): Promise<Run | undefined> {
  const { store, trainer, checkpoints, scratch, claim, leaseMs, signal } = options;
  const { onTrouble = () => {}, saveEvery, readGpu } = options;
  const { id, name, snapshot } = claim.run;
  const log = (level: LogLevel, message: string) => options.log?.(level, message, { runId: id });
  const spec = { ...claim.run.spec, epochs: epochsOf(claim.run) };
  const folder = claimFolder(scratch, id, claim.fence);
  /** The claim is gone, or nothing can be written any more. */
  const lost = new AbortController();
  const cancelled = new AbortController();
  /** The training is to save what it has, and to end. */
  const paused = new AbortController();
  /** There is no more time for that. */
  const tooLate = new AbortController();
  const giveUp = new AbortController();
  const done = new AbortController();
  const soft = AbortSignal.any([paused.signal, signal]);
  const hard = AbortSignal.any([tooLate.signal, cancelled.signal, lost.signal]);

  let latest = claim.run;
  let appendedAt = -Infinity;
  let removing: Promise<void> = Promise.resolve();
  /** What keeps checkpoints from being written, as the trainer says. */
  let diskTrouble: string | null = null;
  let trouble: string | null = null;
  /** What keeps the log from being written. */
  let logTrouble: string | null = null;
  const showTrouble = () => onTrouble(logTrouble ?? trouble);
  /** Something was trained that can be saved. */
  let hasTrained = false;
  const heed = (run: Run) => {
    // What was read before an append may come after it.
    if (run.snapshot.lastSeq < latest.snapshot.lastSeq) return;
    latest = run;
    if (run.snapshot.state === "CANCELLING") cancelled.abort();
    if (run.snapshot.state === "PAUSING") paused.abort();
  };
  const heedAppended = (run: Run) => {
    appendedAt = performance.now();
    heed(run);
  };
  soft.addEventListener("abort", () => {
    if (!hasTrained) tooLate.abort();
  }, { signal: done.signal });
  const hurry = async () => {
    await delay(SAVE_MS, done.signal);
    tooLate.abort();
    await delay(LAST_WORDS_MS, done.signal);
    giveUp.abort();
  };
  if (signal.aborted) hurry();
  else signal.addEventListener("abort", hurry, { once: true, signal: done.signal });

  const writer = createLogWriter(store, claim, {
    giveUp: AbortSignal.any([giveUp.signal, lost.signal]),
    onTrouble(message) {
      logTrouble = message ?? null;
      showTrouble();
      if (message === undefined) log("info", `The log of '${name}' is being written again.`);
      else log("error", `${message} The training of '${name}' goes on meanwhile.`);
    },
  });
  const heeding = { until: done.signal, onRun: heed, onLost: () => lost.abort() };
  const keeping = Promise.all([
    keepLease(store, claim, { ...heeding, leaseMs }),
    watchControlRequests(store, claim, { ...heeding, appendedAt: () => appendedAt }),
  ]);
  keeping.catch(() => {}); // Awaited below.
  try {
    const verdict = await outcomeBeforeStart(store, claim.run);
    if (verdict) return await writer.append([verdict]);

    const outbox = createEventBuffer(KEPT_STEPS);
    const writing = writeOut(outbox, writer, heedAppended, tidy).finally(() => {
      // If it failed, nothing more is to be trained.
      if (!outbox.closed.aborted) lost.abort();
      outbox.close();
    });
    writing.catch(() => {}); // Awaited below.
    const end = await train(outbox).finally(() => outbox.close());
    return await finish(await endOfWriting(writing) ?? end);
  } catch (error) {
    if (error instanceof FencedError) log("warning", error.message);
    else if (error instanceof StoreUnavailableError) {
      log("error", `${error.message} The run '${name}' is left to its next worker.`);
    } else throw error;
    return undefined;
  } finally {
    done.abort();
    onTrouble(null);
    await keeping;
    removing = removing.then(removeOwn).catch((error) => log("warning", errorMessage(error)));
    await Promise.race([removing, delay(REMOVAL_MS, signal)]);
    await Deno.remove(folder, { recursive: true }).catch(() => {});
  }

  /** Leaves nothing that the log does not name. What cannot be looked up now is the next attempt's business. */
  async function removeOwn(): Promise<void> {
    try {
      const run = await store.get(id);
      await removeOrphans(checkpoints, id, snapshot.attempts, run?.snapshot);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
    }
  }

  /** Trains, and says how it ended; undefined if it was stopped. */
  async function train(outbox: EventBuffer): Promise<TrainingEnd> {
    const keeper = createCheckpointManager({
      ...{ store: checkpoints, runId: id, attempt: snapshot.attempts, outbox },
      logged: () => latest.snapshot.checkpoints,
      stopReason: () => paused.signal.aborted ? "pause" : signal.aborted ? "stop" : undefined,
      hurry: soft,
      giveUp: hard,
      onTrouble: (message) => tellTrouble(message, outbox),
    });
    const start = await prepare(outbox);
    if (!start) return {};
    const end = await runTrainer(start, outbox, keeper.take);
    const unsaved = await keeper.settled() ?? (soft.aborted ? diskTrouble : null);
    return unsaved === null ? { end } : { end, unsaved };
  }

  /** Makes the run's folder, and finds where to go on; undefined if the training is to stop before. */
  async function prepare(outbox: EventBuffer): Promise<ResumePoint | undefined> {
    const signal = AbortSignal.any([soft, hard]);
    const onTrouble = (message: string | null) => tellTrouble(message, outbox);
    await removeStaleAttempts(scratch, id).catch((error) => log("warning", errorMessage(error)));
    if (!await makeFolder(folder, signal, onTrouble)) return undefined;
    removeLeftovers(checkpoints, id, snapshot).catch((error) =>
      log("warning", errorMessage(error))
    );
    const start = await findResumePoint({
      ...{ store: checkpoints, runId: id, spec, checkpoints: snapshot.checkpoints, folder },
      ...{ signal, onTrouble },
    });
    for (const event of start?.news ?? []) await outbox.add(event);
    return signal.aborted ? undefined : start;
  }

  async function runTrainer(
    start: ResumePoint,
    outbox: EventBuffer,
    keep: ReturnType<typeof createCheckpointManager>["take"],
  ): Promise<RunEventBody | undefined> {
    const newsOf = skipLogged(snapshot);
    let epoch = start.epochs;
    const addNews = async (news: RunEventBody | undefined) => {
      if (news) await outbox.add(news);
    };
    try {
      const events = trainer.train(spec, {
        ...{ signal: hard, pause: soft, checkpointFolder: folder },
        ...(saveEvery === undefined ? {} : { saveEvery }),
        ...(start.path === undefined ? {} : { from: start.path }),
      });
      const measuring = {
        batchSize: spec.batchSize,
        ...(readGpu === undefined ? {} : { readGpu }),
      };
      for await (const event of sampleSystem(events, measuring)) {
        span.heard(event);
        switch (event.type) {
          case "checkpoint":
            await keep(event);
            break;
          case "trouble":
            diskTrouble = event.message;
            tellTrouble(event.message, outbox);
            break;
          case "system":
            await outbox.add(event);
            break;
          case "started":
            await outbox.add(withTraceparent(event));
            await addNews(deviceChangeWarning(snapshot, event));
            break;
          case "batches":
          case "epoch": {
            hasTrained = true;
            if (event.type === "epoch") epoch = event.number;
            await addNews(newsOf(event));
            break;
          }
          default:
            event satisfies never;
        }
      }
      if (epoch >= spec.epochs) return { type: "completed" };
      if (soft.aborted || hard.aborted) return undefined;
      throw new Error(`Cannot finish: the trainer must reach epoch ${spec.epochs}, got ${epoch}.`);
    } catch (error) {
      if (hard.aborted) return undefined;
      const message = errorMessage(error);
      span.failed(error);
      log("error", `The training of '${name}' has ended: ${message}`);
      return error instanceof TrainerCrashedError
        ? { type: "interrupted", reason: message, crashed: true }
        : { type: "failed", error: message };
    }
  }

  /** Tells once of what keeps checkpoints from being kept, and that they are again. */
  function tellTrouble(message: string | null, outbox: EventBuffer): void {
    if (message === trouble) return;
    trouble = message;
    showTrouble();
    const level = message === null ? "info" : "error";
    const text = message === null
      ? "The training goes on."
      : `${message} The training waits until then.`;
    log(level, `'${name}': ${text}`);
    void outbox.add({ type: "log", level, message: text });
  }

  /** Looks after the files of what was written: the log forgets what is not needed any more, then it is removed. */
  async function tidy(written: readonly RunEventBody[], run: Run): Promise<void> {
    const hasNew = written.some(({ type }) => type === "checkpoint");
    const old = hasNew ? pruneEvents(run.snapshot) : [];
    const after = old.length > 0 ? await writer.append(old) : run;
    heed(after);
    const forgotten = [...written, ...old];
    removing = removing.then(() => removePruned(checkpoints, id, forgotten, after.snapshot))
      .catch((error) => log("error", errorMessage(error)));
  }

  /** Writes down how the training ended. */
  async function finish(ended: TrainingEnd): Promise<Run> {
    try {
      return await writer.append(finalEvents(latest.snapshot, ended));
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      // A client has asked for something in this very moment.
      const { snapshot } = await store.renew(claim, leaseMs);
      return await writer.append(finalEvents(snapshot, ended));
    }
  }
}

/** Writes what comes into the outbox until it is closed and empty. */
async function writeOut(
  outbox: EventBuffer,
  writer: LogWriter,
  onRun: (run: Run) => void,
  onWritten: (events: readonly RunEventBody[], run: Run) => Promise<void>,
): Promise<void> {
  while (await outbox.ready()) {
    const events = outbox.take();
    const run = await writer.append(events);
    onRun(run);
    await onWritten(events, run);
    await delay(APPEND_MS, outbox.closed);
  }
}

/**
 * Waits until everything is written.
 *
 * @returns the end of the run, if the log refused what the trainer said
 */
async function endOfWriting(writing: Promise<void>): Promise<TrainingEnd | undefined> {
  try {
    await writing;
    return undefined;
  } catch (error) {
    if (error instanceof RangeError) return { end: { type: "failed", error: error.message } };
    throw error;
  }
}

/** Makes a folder; while the disk cannot take it, it waits. */
async function makeFolder(
  path: string,
  signal: AbortSignal,
  onTrouble: (message: string | null) => void,
): Promise<boolean> {
  for (let inTrouble = false; !signal.aborted;) {
    try {
      await Deno.mkdir(path, { recursive: true });
      if (inTrouble) onTrouble(null);
      return true;
    } catch (error) {
      onTrouble(asWriteError(error, path).message);
      inTrouble = true;
    }
    await delay(TROUBLE_MS, signal);
  }
  return false;
}
