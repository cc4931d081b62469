/** Event checkpoint: training can go on from here, as the file is stored and the log reaches as far. */
import { count, size } from "../../../../lib/format.ts";
import type { EventDefinition } from "../../event_definition.ts";
import type { CheckpointInfo } from "../../snapshot.ts";
import { TRAINING_STATES } from "../../state.ts";
import { sortCheckpoints } from "./sort_checkpoints.ts";

export interface CheckpointEvent extends Omit<CheckpointInfo, "name"> {
  readonly type: "checkpoint";
}

export const checkpoint: EventDefinition<CheckpointEvent> = {
  allowedIn: TRAINING_STATES,
  apply({ step, checkpoints }, event) {
    const { seq: _seq, runId: _runId, at: _at, type: _type, ...info } = event;
    if (event.step < 1 || event.step > step) {
      throw new RangeError(
        `Cannot apply 'checkpoint': step must be between 1 and ${step}, got ${event.step}.`,
      );
    }
    if (checkpoints.some(({ file }) => file === event.file)) {
      throw new RangeError(
        `Cannot apply 'checkpoint': a checkpoint already has the file '${event.file}'.`,
      );
    }
    return sortCheckpoints([...checkpoints, { ...info, name: null }]);
  },
  text: ({ step, bytes }) => `Checkpoint after step ${count(step)} (${size(bytes)}).`,
};
