/** type NotedEvent */
import type { RunEvent as Event } from "../../../../runs/log/event.ts";
import { builder } from "../../../base/builder.ts";
import { RunEvent } from "../../run_event.ts";

export const NotedEvent = builder.objectRef<Event<"noted">>("NotedEvent").implement({
  description: "A client changed or removed the run's note.",
  interfaces: [RunEvent],
  fields: (t) => ({
    note: t.exposeString("note", {
      nullable: true,
      description: "Note after the change; null if removed.",
    }),
  }),
});
