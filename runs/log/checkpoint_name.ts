/** Names that users give to checkpoints. A named checkpoint is never pruned, and can be addressed by its name. */
import { attemptFromName } from "../../ml/checkpoint/checkpoint.ts";
import { ConflictError, NoSuchCheckpointError } from "./errors.ts";
import type { Run } from "./run.ts";
import type { RunEventBody } from "./event.ts";

/** Maximum length of a name, in user-perceived characters. */
export const MAX_CHECKPOINT_NAME_LENGTH = 50;

/** A new name for a checkpoint. */
export interface CheckpointNaming {
  /** The file of the checkpoint. */
  readonly file: string;
  /** Null removes the name: the checkpoint is pruned when there are enough newer ones. */
  readonly name: string | null;
}

/**
 * Reports whether a name could be mistaken for a file's, since checkpoints are also addressed by
 * file.
 */
export function looksLikeFile(name: string): boolean {
  return attemptFromName(name) !== undefined;
}

/**
 * Returns the events that name a checkpoint; none if it already has the name.
 *
 * @throws {NoSuchCheckpointError} if the run has no such checkpoint
 * @throws {ConflictError} if another checkpoint of the run has the name
 */
export function checkpointNameEvents(
  run: Run,
  { file, name }: CheckpointNaming,
): readonly RunEventBody[] {
  const { checkpoints } = run.snapshot;
  const checkpoint = checkpoints.find((candidate) => candidate.file === file);
  if (!checkpoint) {
    throw new NoSuchCheckpointError(
      `Cannot name a checkpoint of the run '${run.name}': it has no '${file}'; it may have been deleted.`,
    );
  }
  const other = checkpoints.find((candidate) => name !== null && candidate.name === name);
  if (other && other !== checkpoint) {
    throw new ConflictError(
      `Cannot name the checkpoint of step ${checkpoint.step}: the checkpoint of step ` +
        `${other.step} of the run '${run.name}' is already named '${name}'. Remove that name first, or choose another.`,
    );
  }
  return checkpoint.name === name ? [] : [{ type: "checkpointNamed", file, name }];
}
