/** type ResumeRequestedEvent */
import type { RunEvent as Event } from "../../../runs/log/event.ts";
import { builder } from "../../base/builder.ts";
import { RunEvent } from "../run_event.ts";

export const ResumeRequestedEvent = builder.objectRef<Event<"resumeRequested">>(
  "ResumeRequestedEvent",
).implement({
  description: "A client asked to go on with the run; it waits for a worker.",
  interfaces: [RunEvent],
  fields: (t) => ({
    epochs: t.int({
      nullable: true,
      description: "The new number of epochs of the run; null if it stays as it was.",
      resolve: (event) => event.epochs,
    }),
  }),
});
