/** type InterruptedEvent */
import type { RunEvent as Event } from "../../../runs/log/event.ts";
import { builder } from "../../base/builder.ts";
import { RunEvent } from "../run_event.ts";

export const InterruptedEvent = builder.objectRef<Event<"interrupted">>("InterruptedEvent")
  .implement({
    description: "The run's worker was stopped or died; a worker takes the run up again.",
    interfaces: [RunEvent],
    fields: (t) => ({
      reason: t.exposeString("reason", { description: "Why." }),
      crashed: t.exposeBoolean("crashed", {
        description:
          "Whether what trained it died. A run that this happens to again and again fails.",
      }),
    }),
  });
