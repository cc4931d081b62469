/**
 * Takes checkpoints from a trainer into the store, tells the log of them, and removes those that are not needed any
 * more. A checkpoint is only when the log says so; and the log ceases to say so before its file goes. Names hold the
 * attempt, so that a worker which has lost the run without knowing does no harm to the files of the next one.
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
  /** Of the claim: names the files. */
  readonly attempt: number;
  readonly buffer: EventBuffer;
  /** The checkpoints that the log has. */
  readonly logged: () => readonly CheckpointInfo[];
  /** Why the training is to stop in good order, if it is. */
  readonly stopReason: () => Exclude<CheckpointReason, "interval" | "epoch"> | undefined;
  /** Does not wait for a store that cannot be used. */
  readonly stop: AbortSignal;
  /** Ends everything: the files are another worker's business. */
  readonly giveUp: AbortSignal;
  /** Receives the problem that keeps checkpoints from being stored, and null when it has ended. */
  readonly onProblem: (message: string | null) => void;
}

/** Keeps the checkpoints of a claimed run. */
export interface CheckpointManager {
  /** Takes over a file. Resolves when the one before it is kept: a trainer is ahead by one at most. */
  take(checkpoint: WrittenCheckpoint): Promise<void>;
  /** Resolves when everything that was taken is on its way into the log, or given up: then it says why. */
  settled(): Promise<string | undefined>;
}

export function createCheckpointManager(options: CheckpointManagerOptions): CheckpointManager {
  const { store, runId, attempt, buffer, logged, stop, giveUp, onProblem } = options;
  let keeping: Promise<string | undefined> = Promise.resolve(undefined);
  return {
    async take(checkpoint) {
      await keeping;
      keeping = keep(checkpoint);
      keeping.catch(() => {}); // Whoever waits for it sees it.
    },
    settled: () => keeping,
  };

  /** @returns why it is not kept */
  async function keep(written: WrittenCheckpoint): Promise<string | undefined> {
    const { path, reason, ...facts } = written;
    const file = checkpointName(written.step, attempt);
    const problem = await put(file, written);
    await Deno.remove(path).catch(() => {}); // Its folder goes as a whole.
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

  /** While the log cannot be written for long, files do not heap up. */
  async function withdrawOld(): Promise<void> {
    const waiting = buffer.checkpoints();
    const old = superfluous([
      ...logged(),
      ...waiting.map((checkpoint) => ({ ...checkpoint, name: null })),
    ]);
    for (const checkpoint of waiting.filter(({ file }) => old.includes(file))) {
      buffer.withdraw(checkpoint);
      await store.remove(runId, checkpoint.file).catch(() => {}); // The next claim removes what is left.
    }
  }

  function reasonOf(reason: SaveReason): CheckpointReason {
    return reason === "stop" ? options.stopReason() ?? "stop" : reason;
  }
}

/** The events by which the log forgets the checkpoints that are not needed any more. */
export function pruneEvents({ checkpoints }: RunSnapshot): readonly RunEventBody[] {
  return superfluous(checkpoints)
    .map((file) => ({ type: "checkpointRemoved", file, unusable: false }));
}

/**
 * Removes files that the log has forgotten. What is in the way is another claim's business.
 *
 * @param events by which it was to forget them
 * @param snapshot the run after these: it still has those that a client named in that moment
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

/** Removes files of which the log knows nothing: of workers that died, or lost the run. */
export async function removeLeftovers(
  store: CheckpointStore,
  runId: string,
  { checkpoints, attempts }: RunSnapshot,
): Promise<void> {
  // What this attempt is writing meanwhile is not yet in the log.
  await removeUnlogged(store, runId, checkpoints, (attempt) => attempt < attempts);
}

/**
 * Removes the files of an ended attempt that the log does not name: the run was lost to another worker, or ended, at that
 * moment.
 *
 * @param snapshot the run as it is now; undefined if it was deleted, and then nothing of it is to be left
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

/** Removes the files of some attempts that the log does not name. */
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
  return retain(checkpoints.map(({ file, step, epoch, testAcc, name }) => ({
    name: file,
    step,
    epoch,
    testAcc,
    label: name,
  }))).remove;
}
