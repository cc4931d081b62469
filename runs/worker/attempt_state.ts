/** The state that the phases of an attempt share. */
import type { TrainingSpec } from "../../ml/spec/spec.ts";
import type { CheckpointStore } from "../checkpoints/store.ts";
import { epochsOf } from "../log/snapshot.ts";
import { claimFolder } from "../scratch.ts";
import type { Run } from "../log/run.ts";
import type { Claim, RunStore } from "../store/store.ts";
import type { GpuReader } from "../trainer/gpu.ts";
import type { Trainer, TrainOptions } from "../trainer/trainer.ts";
import { createEventBuffer, type EventBuffer } from "./event_buffer.ts";
import { createLogWriter, type LogWriter } from "./log_writer.ts";
import { createProblemReports, type ProblemReports } from "./problem_reports.ts";
import { createStopPlan, type StopPlan } from "./stop_plan.ts";
import type { TrainingSpan } from "./training_span.ts";
import type { LogLevel, WorkerLog } from "./worker_log.ts";

/** Options of an attempt. */
export interface AttemptOptions {
  readonly store: RunStore;
  readonly trainer: Trainer;
  readonly checkpoints: CheckpointStore;
  /** A folder on this machine for files of running attempts. */
  readonly scratch: string;
  /** The folder of datasets into which those of other machines are fetched; without it, none is. */
  readonly sharedDataFolder?: string | undefined;
  readonly claim: Claim;
  /** Length of the claim's lease. */
  readonly leaseMs: number;
  /** Interval of checkpoints within an epoch. */
  readonly saveEvery?: TrainOptions["saveEvery"] | undefined;
  /** Reads the GPU's load, for measurements of a training on it. */
  readonly readGpu?: GpuReader | undefined;
  /** Stops the training after saving; another worker may resume the run. */
  readonly signal: AbortSignal;
  /** Receives messages for the people who run the worker. */
  readonly log?: WorkerLog | undefined;
  /** Receives the problem that delays the training, and null when it has ended. */
  readonly onProblem?: ((message: string | null) => void) | undefined;
}

/** An attempt in progress. */
export interface Attempt extends AttemptOptions {
  readonly span: TrainingSpan;
  /** The run's spec, with the current number of epochs. */
  readonly spec: TrainingSpec;
  /** A folder for this attempt's files. */
  readonly folder: string;
  readonly stop: StopPlan;
  readonly problems: ProblemReports;
  readonly buffer: EventBuffer;
  readonly writer: LogWriter;
  /** Writes a line about this run to the worker's log. */
  readonly logLine: (level: LogLevel, message: string) => void;
  /** The run as it was last read or written. */
  latest: Run;
  /** Time at which the last append began, by performance.now(): it renewed the lease from then on, or later. */
  appendedAt: number;
  /** Pending removals of files, one after the other. */
  removals: Promise<void>;
}

/** Steps and other events that are buffered while the log cannot be written; then the training waits. */
const MAX_BUFFERED_STEPS = 1_000_000;

/** Creates the state of a new attempt. */
export function createAttempt(options: AttemptOptions, span: TrainingSpan): Attempt {
  const { store, claim, scratch, signal, onProblem } = options;
  const { id, name, spec } = claim.run;
  const logLine = (level: LogLevel, message: string) =>
    options.log?.(level, message, { runId: id });
  const stop = createStopPlan(signal);
  const buffer = createEventBuffer(MAX_BUFFERED_STEPS);
  const problems = createProblemReports({
    runName: name,
    onProblem: (message) => onProblem?.(message),
    log: logLine,
    addEvent: (event) => void buffer.add(event),
  });
  return {
    ...options,
    span,
    spec: { ...spec, epochs: epochsOf(claim.run) },
    folder: claimFolder(scratch, id, claim.fence),
    stop,
    problems,
    buffer,
    writer: createLogWriter(store, claim, {
      giveUp: stop.giveUp,
      onProblem: problems.logProblem,
    }),
    logLine,
    latest: claim.run,
    appendedAt: -Infinity,
    removals: Promise.resolve(),
  };
}

/** Records the run's newest state and reacts to requests of clients. */
export function observeRun(attempt: Attempt, run: Run): void {
  // A read that began before an append may end after it.
  if (run.snapshot.lastSeq < attempt.latest.snapshot.lastSeq) return;
  attempt.latest = run;
  if (run.snapshot.state === "CANCELLING") attempt.stop.cancel();
  if (run.snapshot.state === "PAUSING") attempt.stop.pause();
}
