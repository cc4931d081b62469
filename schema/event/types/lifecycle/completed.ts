/** type CompletedEvent */
import type { RunEvent as Event } from "../../../../runs/log/event.ts";
import { builder } from "../../../base/builder.ts";
import { RunEvent } from "../../run_event.ts";

export const CompletedEvent = builder.objectRef<Event<"completed">>("CompletedEvent").implement({
  description: "The run completed its last epoch, or early stopping ended it.",
  interfaces: [RunEvent],
  fields: (t) => ({
    stoppedEarly: t.boolean({
      description: "True if early stopping ended the run before its last epoch.",
      resolve: (event) => event.stoppedEarly === true,
    }),
  }),
});
