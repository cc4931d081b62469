/** Event checkpointRemoved: newer checkpoints replaced one, or it was missing or damaged. */
import type { EventDefinition } from "../../event_definition.ts";
import type { RunSnapshot } from "../../snapshot.ts";
import { TRAINING_STATES } from "../../state.ts";
import { sortCheckpoints } from "./sort_checkpoints.ts";

export interface CheckpointRemovedEvent {
  readonly type: "checkpointRemoved";
  readonly file: string;
  /** True if it could not be used: missing, damaged or of another training. Absent from logs of older versions. */
  readonly unusable?: boolean;
}

export const checkpointRemoved: EventDefinition<CheckpointRemovedEvent> = {
  allowedIn: TRAINING_STATES,
  apply(snapshot, event) {
    if (isKept(snapshot, event)) {
      throw new RangeError(
        `Cannot apply 'checkpointRemoved': a checkpoint with a name must be unusable, got '${event.file}'.`,
      );
    }
    return sortCheckpoints(snapshot.checkpoints.filter(({ file }) => file !== event.file));
  },
  text: ({ file, unusable }) =>
    unusable
      ? `The checkpoint ${file} was missing or damaged.`
      : `The checkpoint ${file} was removed.`,
  level: ({ unusable }) => unusable ? "warning" : "info",
  // A client has named the checkpoint meanwhile.
  isOutdated: isKept,
};

/** Reports whether the event would remove a checkpoint that is kept: one that is named and usable. */
function isKept({ checkpoints }: RunSnapshot, event: CheckpointRemovedEvent): boolean {
  return event.unusable !== true &&
    checkpoints.some(({ file, name }) => file === event.file && name !== null);
}
