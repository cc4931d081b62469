/** type NotedEvent */
import type { RunEvent as Event } from "../../../runs/log/event.ts";
import { builder } from "../../base/builder.ts";
import { RunEvent } from "../run_event.ts";

export const NotedEvent = builder.objectRef<Event<"noted">>("NotedEvent").implement({
  description: "A client wrote a note on the run, or took it off.",
  interfaces: [RunEvent],
  fields: (t) => ({
    note: t.exposeString("note", {
      nullable: true,
      description: "The note that it has from here on; null for none.",
    }),
  }),
});
