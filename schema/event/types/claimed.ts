/** type ClaimedEvent */
import type { RunEvent as Event } from "../../../runs/log/event.ts";
import { builder } from "../../base/builder.ts";
import { RunEvent } from "../run_event.ts";

export const ClaimedEvent = builder.objectRef<Event<"claimed">>("ClaimedEvent").implement({
  description: "A worker took the run.",
  interfaces: [RunEvent],
  fields: (t) => ({
    worker: t.exposeString("worker", { description: "The worker's name." }),
    attempt: t.exposeInt("attempt", { description: "How often the run was taken, from 1." }),
  }),
});
