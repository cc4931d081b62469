/** type ResumeRequestedEvent */
import type { RunEvent as Event } from "../../../../runs/log/event.ts";
import { builder } from "../../../base/builder.ts";
import { RunEvent } from "../../run_event.ts";

export const ResumeRequestedEvent = builder.objectRef<Event<"resumeRequested">>(
  "ResumeRequestedEvent",
).implement({
  description: "A client requested that the run be resumed. It waits for a worker.",
  interfaces: [RunEvent],
  fields: (t) => ({
    epochs: t.int({
      nullable: true,
      description: "New total number of epochs; null if unchanged.",
      resolve: (event) => event.epochs,
    }),
  }),
});
