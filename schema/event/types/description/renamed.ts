/** type RenamedEvent */
import type { RunEvent as Event } from "../../../../runs/log/event.ts";
import { builder } from "../../../base/builder.ts";
import { RunEvent } from "../../run_event.ts";

export const RenamedEvent = builder.objectRef<Event<"renamed">>("RenamedEvent").implement({
  description: "A client renamed the run.",
  interfaces: [RunEvent],
  fields: (t) => ({
    name: t.exposeString("name", { description: "Name of the run after the change." }),
  }),
});
