/** Event cancelRequested: a client requested the end of the run. */
import type { EventDefinition } from "../../event_definition.ts";

export interface CancelRequestedEvent {
  readonly type: "cancelRequested";
}

export const cancelRequested: EventDefinition<CancelRequestedEvent> = {
  allowedIn: ["QUEUED", "RUNNING", "PAUSING", "PAUSED", "INTERRUPTED"],
  apply: () => ({ state: "CANCELLING" }),
  text: () => "Cancel requested.",
};
