/** type TaggedEvent */
import type { RunEvent as Event } from "../../../runs/log/event.ts";
import { builder } from "../../base/builder.ts";
import { RunEvent } from "../run_event.ts";

export const TaggedEvent = builder.objectRef<Event<"tagged">>("TaggedEvent").implement({
  description: "A client said which tags the run has.",
  interfaces: [RunEvent],
  fields: (t) => ({
    tags: t.stringList({
      description: "All the tags that it has from here on.",
      resolve: (event) => event.tags,
    }),
  }),
});
