/** type CancelRequestedEvent */
import type { RunEvent as Event } from "../../../../runs/log/event.ts";
import { builder } from "../../../base/builder.ts";
import { RunEvent } from "../../run_event.ts";

export const CancelRequestedEvent = builder.objectRef<Event<"cancelRequested">>(
  "CancelRequestedEvent",
).implement({
  description: "A client requested cancellation of the run.",
  interfaces: [RunEvent],
});
