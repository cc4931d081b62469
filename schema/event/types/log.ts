/** type LogEvent */
import type { RunEvent as Event } from "../../../runs/log/event.ts";
import { builder } from "../../base/builder.ts";
import { LogLevel } from "../log_level.ts";
import { RunEvent } from "../run_event.ts";

export const LogEvent = builder.objectRef<Event<"log">>("LogEvent").implement({
  description: "Log line of a run.",
  interfaces: [RunEvent],
  fields: (t) => ({
    level: t.field({
      type: LogLevel,
      description: "Severity.",
      resolve: (event) => event.level,
    }),
    message: t.exposeString("message", { description: "Text of the line." }),
  }),
});
