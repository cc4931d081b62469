/** type FailedEvent */
import type { RunEvent as Event } from "../../../../runs/log/event.ts";
import { builder } from "../../../base/builder.ts";
import { RunEvent } from "../../run_event.ts";

export const FailedEvent = builder.objectRef<Event<"failed">>("FailedEvent").implement({
  description: "The run ended by an error.",
  interfaces: [RunEvent],
  fields: (t) => ({
    error: t.exposeString("error", { description: "Cause." }),
  }),
});
