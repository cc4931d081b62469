/** Event completed: the run completed its last epoch. */
import type { EventDefinition } from "../../event_definition.ts";
import { TRAINING_STATES } from "../../state.ts";

export interface CompletedEvent {
  readonly type: "completed";
}

export const completed: EventDefinition<CompletedEvent> = {
  allowedIn: TRAINING_STATES,
  apply: (_snapshot, { at }) => ({ state: "COMPLETED", endedAt: at }),
  text: () => "Completed.",
};
