/** type QueuedEvent */
import type { RunEvent as Event } from "../../../../runs/log/event.ts";
import { builder } from "../../../base/builder.ts";
import { RunEvent } from "../../run_event.ts";

export const QueuedEvent = builder.objectRef<Event<"queued">>("QueuedEvent").implement({
  description: "The run was stored and waits for a worker.",
  interfaces: [RunEvent],
});
