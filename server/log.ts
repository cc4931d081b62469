/**
 * The log of a process: what it did and what went wrong, on stderr. Pretty for a terminal, else one JSON
 * object a line. What a user is to read (the address, an error that ends the start) is printed, not logged.
 */
import {
  configureSync,
  getConsoleSink,
  getLogger,
  jsonLinesFormatter,
  type LogRecord,
} from "@logtape/logtape";
import { getPrettyFormatter } from "@logtape/pretty";
import type { LogLevel } from "../config.ts";

/** Every logger of the project is a child of this category. */
export const LOG_CATEGORY = "epochql";

/** What was done and by whom (audit.ts). */
export const AUDIT_CATEGORY = [LOG_CATEGORY, "audit"] as const;

/** How the log is written. */
export interface LogOptions {
  readonly level: LogLevel;
  /** For people, not for programs. */
  readonly pretty: boolean;
}

/** Sets up the log of this process. Call once, before anything is logged. */
export function setUpLog({ level, pretty }: LogOptions): void {
  configureSync({
    sinks: {
      stderr: getConsoleSink({
        formatter: pretty
          ? getPrettyFormatter({
            timestamp: "time",
            align: false,
            wordWrap: false,
            colors: !Deno.noColor,
          })
          : toJson,
        levelMap: {
          trace: "error",
          debug: "error",
          info: "error",
          warning: "error",
          error: "error",
          fatal: "error",
        },
      }),
    },
    loggers: [
      { category: LOG_CATEGORY, lowestLevel: level, sinks: ["stderr"] },
      // Whatever else is told.
      {
        category: [...AUDIT_CATEGORY],
        lowestLevel: "info",
        sinks: ["stderr"],
        parentSinks: "override",
      },
      // The library's notes about itself.
      { category: ["logtape", "meta"], lowestLevel: "warning", sinks: ["stderr"] },
    ],
  });
}

/** An error is whole among the properties; the message holds its words. */
function toJson(record: LogRecord): string {
  const message = record.message.map((part) => part instanceof Error ? part.message : part);
  return jsonLinesFormatter({ ...record, message });
}

/** The server's own log. */
export const serverLog = getLogger([LOG_CATEGORY, "server"]);

const workerLog = getLogger([LOG_CATEGORY, "worker"]);

/** Tells of the worker, in words that come from elsewhere: braces in them are no placeholders. */
export function logOfWorker(level: "info" | "warning" | "error", message: string): void {
  workerLog[level](message.replaceAll("{", "{{").replaceAll("}", "}}"));
}

/** Logs what nobody has caught, and goes on: one broken request must not end all the others. */
export function logErrors(): void {
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    serverLog.error("A promise failed unseen: {error}", { error: event.reason });
  });
  addEventListener("error", (event) => {
    event.preventDefault();
    serverLog.error("An error was not caught: {error}", { error: event.error });
  });
}
