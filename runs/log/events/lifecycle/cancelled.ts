/** Event cancelled: the run ended by a client's request. */
import type { EventDefinition } from "../../event_definition.ts";

export interface CancelledEvent {
  readonly type: "cancelled";
}

export const cancelled: EventDefinition<CancelledEvent> = {
  allowedIn: ["QUEUED", "RUNNING", "INTERRUPTED", "CANCELLING"],
  apply: (_snapshot, { at }) => ({ state: "CANCELLED", endedAt: at }),
  text: () => "Cancelled.",
};
