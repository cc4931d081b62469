/** Which checkpoint of a run is asked. */
import type { Checkpoint } from "./operations.ts";

/** A checkpoint to ask, or the newest at any time. */
export interface CheckpointSelection {
  /** What the API is told: a checkpoint's file; null for the newest. */
  readonly file: string | null;
  /** The checkpoint that this means now. */
  readonly checkpoint: Checkpoint;
}
