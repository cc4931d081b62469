/** type CheckpointNamedEvent */
import type { RunEvent as Event } from "../../../runs/log/event.ts";
import { builder } from "../../base/builder.ts";
import { RunEvent } from "../run_event.ts";

export const CheckpointNamedEvent = builder.objectRef<Event<"checkpointNamed">>(
  "CheckpointNamedEvent",
).implement({
  description: "A client gave a checkpoint a name, or took it off.",
  interfaces: [RunEvent],
  fields: (t) => ({
    file: t.exposeString("file", { description: "The checkpoint's file." }),
    // Not 'name': operations that ask for RenamedEvent's, which is never null, could not ask for it too.
    checkpointName: t.string({
      nullable: true,
      description: "The name that it has from here on; null for none.",
      resolve: (event) => event.name,
    }),
  }),
});
