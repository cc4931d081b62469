/** type CancelledEvent */
import type { RunEvent as Event } from "../../../../runs/log/event.ts";
import { builder } from "../../../base/builder.ts";
import { RunEvent } from "../../run_event.ts";

export const CancelledEvent = builder.objectRef<Event<"cancelled">>("CancelledEvent").implement({
  description: "The run was cancelled by a client's request.",
  interfaces: [RunEvent],
});
