/** enum LogLevel */
import { builder } from "../base/builder.ts";

export const LogLevel = builder.enumType("LogLevel", {
  description: "Severity of a log line.",
  values: {
    INFO: { value: "info", description: "Information on normal operation." },
    WARNING: { value: "warning", description: "A problem that does not stop the run." },
    ERROR: { value: "error", description: "An error." },
  } as const,
});
