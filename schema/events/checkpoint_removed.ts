/** type CheckpointRemovedEvent */
import type { RunEvent as Event } from "../../runs/event.ts";
import { builder } from "../builder.ts";
import { RunEvent } from "../run_event.ts";

export const CheckpointRemovedEvent = builder.objectRef<Event<"checkpointRemoved">>(
  "CheckpointRemovedEvent",
).implement({
  description: "A checkpoint is no more: there are newer ones, or it was damaged.",
  interfaces: [RunEvent],
  fields: (t) => ({
    file: t.exposeString("file", { description: "The name that it had." }),
  }),
});
