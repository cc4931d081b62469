/** type TaggedEvent */
import type { RunEvent as Event } from "../../../../runs/log/event.ts";
import { builder } from "../../../base/builder.ts";
import { RunEvent } from "../../run_event.ts";

export const TaggedEvent = builder.objectRef<Event<"tagged">>("TaggedEvent").implement({
  description: "A client changed the run's tags.",
  interfaces: [RunEvent],
  fields: (t) => ({
    tags: t.stringList({
      description: "All tags of the run after the change.",
      resolve: (event) => event.tags,
    }),
  }),
});
