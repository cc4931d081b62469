/** The checkpoints of a snapshot in their order. */
import type { CheckpointInfo, RunSnapshot } from "../../snapshot.ts";

/** Sorts checkpoints by step; those of one step stay in the order in which they were written. */
export function sortCheckpoints(
  checkpoints: readonly CheckpointInfo[],
): Pick<RunSnapshot, "checkpoints" | "lastCheckpoint"> {
  const inOrder = checkpoints.toSorted((a, b) => a.step - b.step);
  return { checkpoints: inOrder, lastCheckpoint: inOrder.at(-1) ?? null };
}
