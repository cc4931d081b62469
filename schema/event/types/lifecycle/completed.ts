/** type CompletedEvent */
import type { RunEvent as Event } from "../../../../runs/log/event.ts";
import { builder } from "../../../base/builder.ts";
import { RunEvent } from "../../run_event.ts";

export const CompletedEvent = builder.objectRef<Event<"completed">>("CompletedEvent").implement({
  description: "The run completed its last epoch.",
  interfaces: [RunEvent],
});
