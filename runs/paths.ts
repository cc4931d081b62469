/**
 * A run's files outside of the database: its checkpoints, the folders of its attempts on this machine, and the results of a
 * training in a terminal.
 */
import { join } from "node:path";
import type { CheckpointStore } from "./checkpoints/store.ts";
import type { RunStore } from "./store/store.ts";
import { isFinished } from "./log/state.ts";
import { LEFTOVER_AGE_MS } from "./timeouts.ts";

/** Returns the default folder of checkpoints. */
export function checkpointsFolder(home: string): string {
  return join(home, "checkpoints");
}

/** Returns the folder in which each attempt has a folder while it trains. */
export function scratchFolder(home: string): string {
  return join(home, "scratch");
}

/** Returns the folder of the results of a training in a terminal. */
export function resultsFolder(home: string, runId: string): string {
  return join(home, "runs", runId);
}

/** The folder of one claim of a run, which no other claim has. */
export function claimFolder(scratch: string, runId: string, fence: number): string {
  return join(scratch, `${runId}-${fence}`);
}

/** Removes what earlier claims of a run have left on this machine, and what nobody has used for a day. */
export async function removeStaleAttempts(scratch: string, runId: string): Promise<void> {
  for (const name of await namesIn(scratch)) {
    const path = join(scratch, name);
    const info = await Deno.stat(path).catch(mayBeGone);
    const isOld = name.startsWith(`${runId}-`) ||
      Date.now() - (info?.mtime?.getTime() ?? Infinity) > LEFTOVER_AGE_MS;
    if (isOld) await Deno.remove(path, { recursive: true }).catch(mayBeGone);
  }
}

/**
 * Deletes a run for good: its checkpoints, what this machine has of it, and then its log, so that nothing is left that
 * nobody knows of. If it fails half-way, the run is still listed, and it can be done again.
 *
 * @returns whether there was such a run
 * @throws {ConflictError} if it is neither over nor paused; nothing is deleted then
 * @throws {CheckpointError} if its checkpoints cannot be deleted now
 */
export async function deleteRun(
  { store, checkpoints, home }: {
    readonly store: RunStore;
    readonly checkpoints: CheckpointStore;
    readonly home: string;
  },
  id: string,
): Promise<boolean> {
  const run = await store.get(id);
  if (!run) return false;
  if (isFinished(run.snapshot.state) || run.snapshot.state === "PAUSED") {
    await checkpoints.removeAll(id);
    await removeStaleAttempts(scratchFolder(home), id);
    await Deno.remove(resultsFolder(home, id), { recursive: true }).catch(mayBeGone);
  }
  return await store.delete(id);
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  } catch (error) {
    mayBeGone(error);
    return [];
  }
}

function mayBeGone(error: unknown): undefined {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
