/**
 * Finds the place from which a training goes on: its last checkpoint or, where that is no good, the one before it,
 * and so on; else the first step.
 */
import { readCheckpoint } from "../../ml/checkpoint/checkpoint.ts";
import { CheckpointError } from "../../ml/checkpoint/error.ts";
import type { TrainingSpec } from "../../ml/spec/spec.ts";
import type { CheckpointStore } from "../checkpoints/store.ts";
import { delay } from "../../lib/delay.ts";
import type { RunEventBody } from "../log/event.ts";
import type { CheckpointInfo } from "../log/state.ts";

/** Where to look, and for what. */
export interface ResumePointOptions {
  readonly store: CheckpointStore;
  readonly runId: string;
  readonly spec: TrainingSpec;
  /** What the log has, in the order of steps. */
  readonly checkpoints: readonly CheckpointInfo[];
  /** Where to put the file. */
  readonly folder: string;
  /** Looks no longer. */
  readonly signal: AbortSignal;
  /** Is told that the store cannot be used now, and with null when it can. */
  readonly onTrouble: (message: string | null) => void;
}

/** From where a training goes on. */
export interface ResumePoint {
  /** The file of the checkpoint; undefined: from the first step. */
  readonly path: string | undefined;
  /** Epochs that are done by then. */
  readonly epochs: number;
  /** What the log should know of checkpoints that are no good. */
  readonly news: readonly RunEventBody[];
}

/** How long to leave a store alone that cannot be used. */
const TROUBLE_MS = 2_000;

/** @returns undefined if the signal has aborted */
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
      `The training goes on from step ${(older?.step ?? 0) + 1}.`;
    news.push({ type: "log", level: "warning", message });
    // Another version may be able to read it.
    if (found.kind !== "unsupported") {
      news.push({ type: "checkpointRemoved", file: checkpoint.file, unusable: true });
    }
  }
  return { path: undefined, epochs: 0, news };
}

/** @returns the error that says that this checkpoint is no good; while the store cannot be used, it waits */
async function fetchOne(
  { file, sha256 }: CheckpointInfo,
  { store, runId, spec, folder, signal, onTrouble }: ResumePointOptions,
): Promise<Omit<ResumePoint, "news"> | CheckpointError> {
  for (let trouble: string | undefined;;) {
    try {
      const path = await store.fetch(runId, file, folder, { sha256, signal });
      const { epoch } = await readCheckpoint(path, { spec });
      if (trouble !== undefined) onTrouble(null);
      return { path, epochs: epoch - 1 };
    } catch (error) {
      if (!(error instanceof CheckpointError)) {
        if (signal.aborted) return new CheckpointError("unavailable", "There was no time left.");
        throw error;
      }
      if (isFinal(error)) return error;
      if (error.message !== trouble) onTrouble(error.message);
      trouble = error.message;
    }
    await delay(TROUBLE_MS, signal);
  }
}

/** Whether it would be no better later. */
function isFinal({ kind }: CheckpointError): boolean {
  switch (kind) {
    case "missing":
    case "damaged":
    case "unsupported":
    case "foreign":
      return true;
    case "unreadable":
    case "not-writable":
    case "disk-full":
    case "unavailable":
      return false;
    default:
      return kind satisfies never;
  }
}
