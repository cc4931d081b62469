/** Event pauseRequested: a client requested a pause of the run. */
import type { EventDefinition } from "../../event_definition.ts";

export interface PauseRequestedEvent {
  readonly type: "pauseRequested";
}

export const pauseRequested: EventDefinition<PauseRequestedEvent> = {
  allowedIn: ["QUEUED", "RUNNING", "INTERRUPTED"],
  apply: () => ({ state: "PAUSING" }),
  text: () => "Asked to pause.",
};
