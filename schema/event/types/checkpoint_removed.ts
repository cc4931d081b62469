/** type CheckpointRemovedEvent */
import type { RunEvent as Event } from "../../../runs/log/event.ts";
import { builder } from "../../base/builder.ts";
import { RunEvent } from "../run_event.ts";

export const CheckpointRemovedEvent = builder.objectRef<Event<"checkpointRemoved">>(
  "CheckpointRemovedEvent",
).implement({
  description: "A checkpoint is no more: there are newer ones, or it was damaged.",
  interfaces: [RunEvent],
  fields: (t) => ({
    file: t.exposeString("file", { description: "The file that it was." }),
    unusable: t.boolean({
      nullable: true,
      description:
        "Whether it could not be used: it was missing or damaged. Else there are newer ones. Null where the " +
        "version that wrote it did not say.",
      resolve: (event) => event.unusable ?? null,
    }),
  }),
});
