/** Event queued: the run was stored and waits for a worker. */
import type { EventDefinition } from "../../event_definition.ts";
import type { Traced } from "../../traced.ts";

export interface QueuedEvent extends Traced {
  readonly type: "queued";
}

export const queued: EventDefinition<QueuedEvent> = {
  allowedIn: ["QUEUED"],
  apply: () => ({}),
  text: () => "Queued.",
  isChange: true,
};
