/** Events of checkpoints. A checkpoint exists from its event until its removal. */
import type { RunEventBody } from "../event.ts";
import type { EventDefinition } from "../event_definition.ts";
import type { CheckpointInfo, RunSnapshot } from "../snapshot.ts";
import { RUN_STATES, TRAINING_STATES } from "../state.ts";

export const checkpoint: EventDefinition<"checkpoint"> = {
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
        `Cannot apply 'checkpoint': file must be a new one, got '${event.file}'.`,
      );
    }
    return sorted([...checkpoints, { ...info, name: null }]);
  },
};

export const checkpointRemoved: EventDefinition<"checkpointRemoved"> = {
  allowedIn: TRAINING_STATES,
  apply(snapshot, event) {
    if (isKept(snapshot, event)) {
      throw new RangeError(
        `Cannot apply 'checkpointRemoved': a checkpoint with a name must be unusable, got '${event.file}'.`,
      );
    }
    return sorted(snapshot.checkpoints.filter(({ file }) => file !== event.file));
  },
};

export const checkpointNamed: EventDefinition<"checkpointNamed"> = {
  allowedIn: RUN_STATES,
  apply({ checkpoints }, event) {
    if (!checkpoints.some(({ file }) => file === event.file)) {
      throw new RangeError(
        `Cannot apply 'checkpointNamed': file must be that of a checkpoint, got '${event.file}'.`,
      );
    }
    return sorted(
      checkpoints.map((info) => info.file === event.file ? { ...info, name: event.name } : info),
    );
  },
};

/** Reports whether an event would remove a checkpoint that is kept: one that is named and usable. */
export function isKept(
  { checkpoints }: Pick<RunSnapshot, "checkpoints">,
  event: RunEventBody,
): boolean {
  return event.type === "checkpointRemoved" && event.unusable !== true &&
    checkpoints.some(({ file, name }) => file === event.file && name !== null);
}

/** Sorts checkpoints by step; those of one step stay in the order in which they were written. */
function sorted(
  checkpoints: readonly CheckpointInfo[],
): Pick<RunSnapshot, "checkpoints" | "lastCheckpoint"> {
  const inOrder = checkpoints.toSorted((a, b) => a.step - b.step);
  return { checkpoints: inOrder, lastCheckpoint: inOrder.at(-1) ?? null };
}
