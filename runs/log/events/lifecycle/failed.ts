/** Event failed: an error ended the run, which cannot go on by itself. */
import type { EventDefinition } from "../../event_definition.ts";
import { TRAINING_STATES } from "../../state.ts";

export interface FailedEvent {
  readonly type: "failed";
  readonly error: string;
}

export const failed: EventDefinition<FailedEvent> = {
  allowedIn: ["QUEUED", "INTERRUPTED", ...TRAINING_STATES],
  apply: (_snapshot, { at, error }) => ({ state: "FAILED", endedAt: at, error }),
  text: ({ error }) => `Failed: ${error}`,
  level: () => "error",
};
