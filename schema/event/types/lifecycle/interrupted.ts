/** type InterruptedEvent */
import type { RunEvent as Event } from "../../../../runs/log/event.ts";
import { builder } from "../../../base/builder.ts";
import { RunEvent } from "../../run_event.ts";

export const InterruptedEvent = builder.objectRef<Event<"interrupted">>("InterruptedEvent")
  .implement({
    description: "The run's worker stopped or crashed. Another worker will continue the run.",
    interfaces: [RunEvent],
    fields: (t) => ({
      reason: t.exposeString("reason", { description: "Cause." }),
      crashed: t.exposeBoolean("crashed", {
        description: "True if the training process crashed. After repeated crashes the run fails.",
      }),
    }),
  });
