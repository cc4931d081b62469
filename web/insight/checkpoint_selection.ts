/** The selected checkpoint of a run. */
import type { Checkpoint } from "./operations.ts";

/** A fixed checkpoint, or the newest at any time. */
export interface CheckpointSelection {
  /** The API's argument: a checkpoint's file; null for the newest. */
  readonly file: string | null;
  /** The checkpoint currently selected. */
  readonly checkpoint: Checkpoint;
}
