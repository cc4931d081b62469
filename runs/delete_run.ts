/** Deletion of a run with all its files. */
import type { CheckpointStore } from "./checkpoints/store.ts";
import { isFinished } from "./log/state.ts";
import { resultsFolder, scratchFolder } from "./paths.ts";
import { removeStaleAttempts } from "./scratch.ts";
import type { RunStore } from "./store/store.ts";
import { ignoreNotFound } from "../lib/not_found.ts";

/**
 * Deletes a run: its checkpoints, its files on this machine, and then its log. If it fails half-way, the run is
 * still listed and can be deleted again.
 *
 * @returns false if there is no such run
 * @throws {ConflictError} if it is neither finished nor paused; nothing is deleted then
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
    await Deno.remove(resultsFolder(home, id), { recursive: true }).catch(ignoreNotFound);
  }
  return await store.delete(id);
}
