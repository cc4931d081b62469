/** Event checkpointNamed: a client named a checkpoint, which is then never pruned, or removed its name. */
import type { EventDefinition } from "../../event_definition.ts";
import { RUN_STATES } from "../../state.ts";
import { sortCheckpoints } from "./sort_checkpoints.ts";

export interface CheckpointNamedEvent {
  readonly type: "checkpointNamed";
  readonly file: string;
  /** Null if the name was removed. */
  readonly name: string | null;
}

export const checkpointNamed: EventDefinition<CheckpointNamedEvent> = {
  allowedIn: RUN_STATES,
  apply({ checkpoints }, event) {
    if (!checkpoints.some(({ file }) => file === event.file)) {
      throw new RangeError(
        `Cannot apply 'checkpointNamed': file must be that of a checkpoint, got '${event.file}'.`,
      );
    }
    return sortCheckpoints(
      checkpoints.map((info) => info.file === event.file ? { ...info, name: event.name } : info),
    );
  },
  text: ({ file, name }) =>
    name === null
      ? `The name of the checkpoint ${file} was taken off.`
      : `The checkpoint ${file} is called '${name}' and kept.`,
  isChange: true,
};
