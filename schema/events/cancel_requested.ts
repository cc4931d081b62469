/** type CancelRequestedEvent */
import type { RunEvent as Event } from "../../runs/event.ts";
import { builder } from "../builder.ts";
import { RunEvent } from "../run_event.ts";

export const CancelRequestedEvent = builder.objectRef<Event<"cancelRequested">>(
  "CancelRequestedEvent",
).implement({
  description: "A client asked for the end of the run.",
  interfaces: [RunEvent],
});
