/** Event completed: the run completed its last epoch, or early stopping ended it. */
import type { EventDefinition } from "../../event_definition.ts";
import { TRAINING_STATES } from "../../state.ts";

export interface CompletedEvent {
  readonly type: "completed";
  /** True if early stopping ended the training before its last epoch. */
  readonly stoppedEarly?: boolean;
}

export const completed: EventDefinition<CompletedEvent> = {
  allowedIn: TRAINING_STATES,
  apply: (_snapshot, { at, stoppedEarly = false }) => ({
    state: "COMPLETED",
    endedAt: at,
    stoppedEarly,
  }),
  text: ({ stoppedEarly }) =>
    stoppedEarly ? "Completed early: the watched metric has stopped improving." : "Completed.",
};
