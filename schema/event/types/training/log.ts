/** type LogEvent */
import type { RunEvent as Event } from "../../../../runs/log/event.ts";
import { builder } from "../../../base/builder.ts";
import { RunEvent } from "../../run_event.ts";

export const LogEvent = builder.objectRef<Event<"log">>("LogEvent").implement({
  description: "Log line of a run.",
  interfaces: [RunEvent],
  fields: (t) => ({
    message: t.exposeString("message", { description: "Text of the line." }),
  }),
});
