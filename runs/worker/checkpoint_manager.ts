/**
 * Uploads a trainer's checkpoints, logs them and prunes old ones. A checkpoint exists once its event is committed, and
 * its file is deleted after its removal is. File names contain the attempt, so that a worker that has lost its claim
 * does not touch the files of the next one.
 */
import { attemptFromName, checkpointName } from "../../ml/checkpoint/checkpoint.ts";
import { CheckpointError } from "../../ml/checkpoint/error.ts";
import type { SaveReason } from "../../ml/training/checkpointing.ts";
import { retain } from "../checkpoints/retention.ts";
import type { CheckpointStore } from "../checkpoints/store.ts";
import { retry } from "../../lib/retry.ts";
import type { CheckpointInfo, CheckpointReason, RunSnapshot } from "../log/snapshot.ts";
import type { RunEventBody } from "../log/event.ts";
import type { EventBuffer } from "./event_buffer.ts";
import { inSpan } from "../../lib/trace.ts";
import { CHECKPOINT_RETRY_MS } from "../timeouts.ts";
import type { WrittenCheckpoint } from "../trainer/trainer.ts";

/** Options of createCheckpointManager(). */
export interface CheckpointManagerOptions {
  readonly store: CheckpointStore;
  readonly runId: string;
  /** Number of the attempt, which is part of the file names. */
  readonly attempt: number;
  readonly buffer: EventBuffer;
  /** Returns the checkpoints in the log. */
  readonly logged: () => readonly CheckpointInfo[];
  /** Returns the reason for a requested stop, if there is one. */
  readonly stopReason: () => Exclude<CheckpointReason, "interval" | "epoch"> | undefined;
  /** Aborts when the training is to stop: an unavailable store is then no longer waited for. */
  readonly stop: AbortSignal;
  /** Aborts when the claim is lost or out of time: nothing more is uploaded. */
  readonly giveUp: AbortSignal;
  /** Receives the problem that prevents uploads, and null when it has ended. */
  readonly onProblem: (message: string | null) => void;
}

/** Uploads, logs and prunes the checkpoints of a claimed run. */
export interface CheckpointManager {
  /** Accepts a file. Resolves when the previous one is stored: a trainer is at most one checkpoint ahead. */
  take(checkpoint: WrittenCheckpoint): Promise<void>;
  /** Resolves when all accepted files are stored and buffered for the log, with the reason if one was not. */
  settled(): Promise<string | undefined>;
}

/** Creates the manager of an attempt. */
export function createCheckpointManager(options: CheckpointManagerOptions): CheckpointManager {
  const { store, runId, attempt, buffer, logged, stop, giveUp, onProblem } = options;
  let keeping: Promise<string | undefined> = Promise.resolve(undefined);
  return {
    async take(checkpoint) {
      await keeping;
      keeping = keep(checkpoint);
      keeping.catch(() => {}); // Rejects for those who await it.
    },
    settled: () => keeping,
  };

  /** @returns the reason why it was not stored, if it was not */
  async function keep(written: WrittenCheckpoint): Promise<string | undefined> {
    const { path, reason, ...facts } = written;
    const file = checkpointName(written.step, attempt);
    const problem = await put(file, written);
    await Deno.remove(path).catch(() => {}); // Its folder is removed at the end.
    if (problem !== undefined || giveUp.aborted) return problem;
    const event = { ...facts, file, reason: reasonOf(reason) };
    await buffer.add(event);
    await withdrawOld();
    return undefined;
  }

  async function put(
    file: string,
    { path, sha256, step, bytes }: WrittenCheckpoint,
  ): Promise<string | undefined> {
    const about = {
      "epochql.run.id": runId,
      "epochql.checkpoint.step": step,
      "epochql.checkpoint.bytes": bytes,
    };
    const putOnce = () =>
      inSpan(
        "save checkpoint",
        about,
        () => store.put(runId, file, path, { sha256, signal: giveUp }),
      );
    try {
      await retry(putOnce, {
        signal: AbortSignal.any([stop, giveUp]),
        pauseMs: CHECKPOINT_RETRY_MS,
        isTransient: (error) => error instanceof CheckpointError,
        onProblem,
      });
      return undefined;
    } catch (error) {
      if (giveUp.aborted) return "there was no time left";
      if (!(error instanceof CheckpointError)) throw error;
      return error.message;
    }
  }

  /**
   * Removes buffered checkpoints that newer ones have replaced, so that files do not accumulate while the log is
   * unavailable.
   */
  async function withdrawOld(): Promise<void> {
    const waiting = buffer.checkpoints();
    const old = superfluous([
      ...logged(),
      ...waiting.map((checkpoint) => ({ ...checkpoint, name: null })),
    ]);
    for (const checkpoint of waiting.filter(({ file }) => old.includes(file))) {
      buffer.withdraw(checkpoint);
      await store.remove(runId, checkpoint.file).catch(() => {}); // The next attempt removes leftovers.
    }
  }

  function reasonOf(reason: SaveReason): CheckpointReason {
    return reason === "stop" ? options.stopReason() ?? "stop" : reason;
  }
}

/** Returns the events that remove the checkpoints that are no longer needed. */
export function pruneEvents({ checkpoints }: RunSnapshot): readonly RunEventBody[] {
  return superfluous(checkpoints)
    .map((file) => ({ type: "checkpointRemoved", file, unusable: false }));
}

/**
 * Deletes the files of removed checkpoints. Files that cannot be deleted are left to the next attempt.
 *
 * @param events the removals
 * @param snapshot the run after them: it still has checkpoints that a client has named meanwhile
 */
export async function removePruned(
  store: CheckpointStore,
  runId: string,
  events: readonly RunEventBody[],
  { checkpoints }: RunSnapshot,
): Promise<void> {
  for (const event of events) {
    if (event.type !== "checkpointRemoved") continue;
    if (checkpoints.some(({ file }) => file === event.file)) continue;
    await store.remove(runId, event.file).catch(ignore);
  }
}

/** Deletes files that are not in the log: leftovers of workers that died or lost the run. */
export async function removeLeftovers(
  store: CheckpointStore,
  runId: string,
  { checkpoints, attempts }: RunSnapshot,
): Promise<void> {
  // Files that this attempt is writing are not in the log yet.
  await removeUnlogged(store, runId, checkpoints, (attempt) => attempt < attempts);
}

/**
 * Deletes the files of an ended attempt that are not in the log: the claim was lost, or the run ended, before they
 * were logged.
 *
 * @param snapshot the run as it is now; undefined if it was deleted: all of the attempt's files are deleted then
 */
export async function removeOrphans(
  store: CheckpointStore,
  runId: string,
  own: number,
  snapshot: RunSnapshot | undefined,
): Promise<void> {
  if (!snapshot) return await store.removeAll(runId).catch(ignore);
  await removeUnlogged(store, runId, snapshot.checkpoints, (attempt) => attempt === own);
}

/** Deletes the files of some attempts that are not in the log. */
async function removeUnlogged(
  store: CheckpointStore,
  runId: string,
  logged: readonly CheckpointInfo[],
  isMeant: (attempt: number) => boolean,
): Promise<void> {
  try {
    for (const { name } of await store.list(runId)) {
      const attempt = attemptFromName(name);
      if (attempt === undefined || !isMeant(attempt)) continue;
      if (!logged.some(({ file }) => file === name)) await store.remove(runId, name);
    }
  } catch (error) {
    ignore(error);
  }
}

function ignore(error: unknown): void {
  if (!(error instanceof CheckpointError)) throw error;
}

function superfluous(checkpoints: readonly CheckpointInfo[]): readonly string[] {
  return retain(checkpoints.map(({ file, step, epoch, testAcc, validationAcc, name }) => ({
    name: file,
    step,
    epoch,
    testAcc,
    validationAcc,
    label: name,
  }))).remove;
}
