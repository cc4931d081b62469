/** type PausedEvent */
import type { RunEvent as Event } from "../../../../runs/log/event.ts";
import { builder } from "../../../base/builder.ts";
import { RunEvent } from "../../run_event.ts";

export const PausedEvent = builder.objectRef<Event<"paused">>("PausedEvent").implement({
  description: "The run is paused until a client resumes it.",
  interfaces: [RunEvent],
  fields: (t) => ({
    // Not 'reason': operations that ask for InterruptedEvent's, which is never null, could not ask for it too.
    problem: t.string({
      nullable: true,
      description:
        "Problem that paused the run or prevented a checkpoint; null for an ordinary pause.",
      resolve: (event) => event.reason,
    }),
  }),
});
