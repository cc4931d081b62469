/** Writes checkpoints. While the disk is unavailable, the training waits and the worker is notified. */
import { join } from "node:path";
import { retry } from "../../lib/retry.ts";
import {
  type Checkpoint,
  checkpointName,
  writeCheckpoint,
} from "../../ml/checkpoint/checkpoint.ts";
import { CheckpointError } from "../../ml/checkpoint/error.ts";
import { stepsPerEpoch } from "../../ml/spec/spec.ts";
import type { CheckpointRequest } from "../../ml/training/checkpointing.ts";
import { CHECKPOINT_RETRY_MS } from "../../runs/timeouts.ts";
import { reply } from "./reply.ts";

/** Writes a checkpoint into the folder. After a stop it is tried once more and then left out. */
export async function saveCheckpoint(
  checkpoint: Checkpoint,
  request: CheckpointRequest,
  folder: string,
  stop: AbortSignal,
): Promise<void> {
  const { spec, step } = checkpoint;
  const path = join(folder, checkpointName(step));
  const onProblem = (message: string | null) => reply({ type: "trouble", message });
  try {
    const written = await retry(() => writeCheckpoint(path, checkpoint), {
      signal: stop,
      pauseMs: CHECKPOINT_RETRY_MS,
      isTransient: (error) => error instanceof CheckpointError,
      onProblem,
    });
    const epoch = Math.ceil(step / stepsPerEpoch(spec));
    await reply({ type: "checkpoint", step, epoch, path, ...written, ...request });
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    await onProblem(error.message);
  }
}
