/** type CheckpointRemovedEvent */
import type { RunEvent as Event } from "../../../../runs/log/event.ts";
import { builder } from "../../../base/builder.ts";
import { RunEvent } from "../../run_event.ts";

export const CheckpointRemovedEvent = builder.objectRef<Event<"checkpointRemoved">>(
  "CheckpointRemovedEvent",
).implement({
  description: "A checkpoint was removed: replaced by newer ones, or unusable.",
  interfaces: [RunEvent],
  fields: (t) => ({
    file: t.exposeString("file", { description: "File name of the removed checkpoint." }),
    unusable: t.boolean({
      nullable: true,
      description:
        "True if the file was missing or damaged, false if newer checkpoints replaced it. Null in logs of " +
        "versions that did not record it.",
      resolve: (event) => event.unusable ?? null,
    }),
  }),
});
