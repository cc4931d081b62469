/** type CheckpointEvent */
import type { RunEvent as Event } from "../../../../runs/log/event.ts";
import { builder } from "../../../base/builder.ts";
import { Checkpoint } from "../../../checkpoint/checkpoint.ts";
import { RunEvent } from "../../run_event.ts";

export const CheckpointEvent = builder.objectRef<Event<"checkpoint">>("CheckpointEvent").implement({
  description: "A checkpoint was stored. The run can be resumed from it.",
  interfaces: [RunEvent],
  fields: (t) => ({
    checkpoint: t.field({
      type: Checkpoint,
      description: "The checkpoint as first stored, without a name.",
      resolve: (event) => ({ ...event, name: null }),
    }),
  }),
});
