/** type CheckpointNamedEvent */
import type { RunEvent as Event } from "../../../../runs/log/event.ts";
import { builder } from "../../../base/builder.ts";
import { RunEvent } from "../../run_event.ts";

export const CheckpointNamedEvent = builder.objectRef<Event<"checkpointNamed">>(
  "CheckpointNamedEvent",
).implement({
  description: "A client named a checkpoint or removed its name.",
  interfaces: [RunEvent],
  fields: (t) => ({
    file: t.exposeString("file", { description: "File name of the checkpoint." }),
    // Not 'name': operations that ask for RenamedEvent's, which is never null, could not ask for it too.
    checkpointName: t.string({
      nullable: true,
      description: "Name of the checkpoint after the change; null if removed.",
      resolve: (event) => event.name,
    }),
  }),
});
