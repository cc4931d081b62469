/** enum LogLevel */
import { builder } from "../base/builder.ts";

export const LogLevel = builder.enumType("LogLevel", {
  description: "How much a line of a run's log matters.",
  values: {
    INFO: { value: "info", description: "Good to know." },
    WARNING: { value: "warning", description: "Not as it should be; the run goes on." },
    ERROR: { value: "error", description: "Something went wrong." },
  } as const,
});
