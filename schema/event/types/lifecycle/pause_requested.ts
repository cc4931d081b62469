/** type PauseRequestedEvent */
import type { RunEvent as Event } from "../../../../runs/log/event.ts";
import { builder } from "../../../base/builder.ts";
import { RunEvent } from "../../run_event.ts";

export const PauseRequestedEvent = builder.objectRef<Event<"pauseRequested">>(
  "PauseRequestedEvent",
).implement({
  description: "A client requested a pause of the run.",
  interfaces: [RunEvent],
});
