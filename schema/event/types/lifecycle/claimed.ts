/** type ClaimedEvent */
import type { RunEvent as Event } from "../../../../runs/log/event.ts";
import { builder } from "../../../base/builder.ts";
import { RunEvent } from "../../run_event.ts";

export const ClaimedEvent = builder.objectRef<Event<"claimed">>("ClaimedEvent").implement({
  description: "A worker claimed the run.",
  interfaces: [RunEvent],
  fields: (t) => ({
    worker: t.exposeString("worker", { description: "Name of the worker." }),
    attempt: t.exposeInt("attempt", { description: "Number of this attempt, from 1." }),
  }),
});
