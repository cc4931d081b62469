/**
 * Finds the point from which a run continues: its newest usable checkpoint, else the first step. Steps from there to
 * the end of the log are computed again, with identical results, and are not logged twice.
 */
import { readCheckpoint } from "../../ml/checkpoint/checkpoint.ts";
import { CheckpointError, isFinalError } from "../../ml/checkpoint/error.ts";
import type { TrainingSpec } from "../../ml/spec/spec.ts";
import type { CheckpointStore } from "../checkpoints/store.ts";
import { retry } from "../../lib/retry.ts";
import type { BatchesEvent, StartedEvent, TrainingEvent } from "../../ml/training/events.ts";
import type { CheckpointInfo, RunSnapshot } from "../log/snapshot.ts";
import type { RunEventBody } from "../log/event.ts";
import { CHECKPOINT_RETRY_MS } from "../timeouts.ts";

/** Options of findResumePoint(). */
export interface ResumePointOptions {
  readonly store: CheckpointStore;
  readonly runId: string;
  readonly spec: TrainingSpec;
  /** The checkpoints in the log, ordered by step. */
  readonly checkpoints: readonly CheckpointInfo[];
  /** The folder to download the file to. */
  readonly folder: string;
  /** Stops the search. */
  readonly signal: AbortSignal;
  /** Receives the problem of a store that is unavailable, and null when it has ended. */
  readonly onProblem: (message: string | null) => void;
}

/** The point from which a training continues. */
export interface ResumePoint {
  /** The checkpoint's file; undefined for the first step. */
  readonly path: string | undefined;
  /** Number of completed epochs. */
  readonly epochs: number;
  /** Events to log about unusable checkpoints. */
  readonly news: readonly RunEventBody[];
}

/**
 * Downloads the newest usable checkpoint.
 *
 * @returns undefined if the signal has aborted
 */
export async function findResumePoint(
  options: ResumePointOptions,
): Promise<ResumePoint | undefined> {
  const { checkpoints, signal } = options;
  const news: RunEventBody[] = [];
  for (const [index, checkpoint] of checkpoints.toReversed().entries()) {
    const found = await fetchOne(checkpoint, options);
    if (signal.aborted) return undefined;
    if (!(found instanceof CheckpointError)) return { ...found, news };
    const older = checkpoints.at(-index - 2);
    const message = `The checkpoint of step ${checkpoint.step} cannot be used: ${found.message} ` +
      `Training continues from step ${(older?.step ?? 0) + 1}.`;
    news.push({ type: "log", level: "warning", message });
    // Another version of the program may be able to read it.
    if (found.kind !== "unsupported") {
      news.push({ type: "checkpointRemoved", file: checkpoint.file, unusable: true });
    }
  }
  return { path: undefined, epochs: 0, news };
}

/** Fetches a checkpoint, and waits while the store is unavailable. @returns the error of an unusable one */
async function fetchOne(
  { file, sha256 }: CheckpointInfo,
  { store, runId, spec, folder, signal, onProblem }: ResumePointOptions,
): Promise<Omit<ResumePoint, "news"> | CheckpointError> {
  const fetchAndRead = async () => {
    const path = await store.fetch(runId, file, folder, { sha256, signal });
    const { epoch } = await readCheckpoint(path, { spec });
    return { path, epochs: epoch - 1 };
  };
  try {
    return await retry(fetchAndRead, {
      signal,
      pauseMs: CHECKPOINT_RETRY_MS,
      isTransient: (error) => error instanceof CheckpointError && !isFinalError(error),
      onProblem,
    });
  } catch (error) {
    if (error instanceof CheckpointError) return error;
    if (signal.aborted) return new CheckpointError("unavailable", "There was no time left.");
    throw error;
  }
}

/**
 * Creates a filter for the events of a training that starts at or before the end of the log.
 *
 * @param logged the end of the log
 * @returns a function that returns the part of an event that is not logged yet, or undefined
 */
export function skipLogged(
  logged: Pick<RunSnapshot, "step" | "lastEpoch">,
): <Event extends TrainingEvent>(event: Event) => Event | BatchesEvent | undefined {
  const lastEpoch = logged.lastEpoch?.number ?? 0;
  return (event) => {
    if (event.type === "batches") return stepsAfter(logged.step, event);
    return event.type === "epoch" && event.number <= lastEpoch ? undefined : event;
  };
}

function stepsAfter(step: number, event: BatchesEvent): BatchesEvent | undefined {
  const known = step - event.firstStep + 1;
  if (known <= 0) return event;
  if (known >= event.losses.length) return undefined;
  return {
    ...event,
    firstStep: step + 1,
    losses: event.losses.slice(known),
    accs: event.accs.slice(known),
  };
}

/** Returns the warning to log if a run continues on another device or engine, where the last digits may differ. */
export function deviceChangeWarning(
  { step, device, engine }: RunSnapshot,
  started: StartedEvent,
): RunEventBody | undefined {
  if (step === 0 || (device === started.device && engine === started.engine)) return undefined;
  return {
    type: "log",
    level: "warning",
    message:
      `The training continues on ${started.device} with ${started.engine}; so far it was on ${device} with ${engine}. ` +
      "From here on its numbers may differ a little from those of a training on one device.",
  };
}
