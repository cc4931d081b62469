/**
 * The log of a process: what it did and what went wrong, on stderr. Pretty for a terminal, else one JSON
 * object a line. What a user is to read (the address, an error that ends the start) is printed, not logged.
 */
import {
  configureSync,
  getLogger,
  jsonLinesFormatter,
  type LogRecord,
  type TextFormatter,
} from "@logtape/logtape";
import { getPrettyFormatter } from "@logtape/pretty";
import { trace } from "@opentelemetry/api";
import type { LogFormat, LogLevel } from "../../config.ts";

/** Every logger of the project is a child of this category. */
const LOG_CATEGORY = "epochql";

/** What was done and by whom (audit.ts). */
export const AUDIT_CATEGORY = [LOG_CATEGORY, "audit"] as const;

/** How the log is written. */
export interface LogOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Whether people read it, not programs, where the format is 'auto'. */
  readonly forPeople: boolean;
}

/** Sets up the log of this process. Call once, before anything is logged. */
export function setUpLog({ level, format, forPeople }: LogOptions): void {
  const isPretty = format === "pretty" || (format === "auto" && forPeople);
  const toText = isPretty ? prettyFormatter() : toJson;
  configureSync({
    sinks: {
      stderr: (record) => write(toText(record).replace(/\r?\n$/, ""), record.level),
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

function prettyFormatter(): TextFormatter {
  return getPrettyFormatter({
    timestamp: "time",
    align: false,
    wordWrap: false,
    colors: !Deno.noColor,
  });
}

function toJson(record: LogRecord): string {
  return jsonLinesFormatter({
    ...record,
    message: inWords(record.message),
    properties: { ...record.properties, ...spanIds() },
  });
}

/**
 * A message, whose texts logtape would write with quotes and has no option for: they become part of the words around them,
 * errors by theirs. An error is whole among the properties.
 */
function inWords(message: LogRecord["message"]): LogRecord["message"] {
  // Words and values take turns.
  const parts: unknown[] = [];
  let words = "";
  for (const [index, part] of message.entries()) {
    if (index % 2 === 0 || typeof part === "string") words += part;
    else if (part instanceof Error) words += part.message;
    else {
      parts.push(words, part);
      words = "";
    }
  }
  return [...parts, words];
}

/** In which span a line is told, as OpenTelemetry names it in logs that are not its own. */
function spanIds(): Readonly<Record<string, string>> {
  const span = trace.getActiveSpan()?.spanContext();
  return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId };
}

/**
 * Writes a line to stderr. Where Deno exports what goes through the console, it takes the console's method for the level:
 * warnings and errors are exported so, and the rest, whose methods would write to stdout, is not.
 */
function write(line: string, level: LogRecord["level"]): void {
  switch (level) {
    case "trace":
    case "debug":
    case "info":
      return writeToStderr(`${line}\n`);
    case "warning":
      return console.warn(line);
    case "error":
    case "fatal":
      return console.error(line);
    default:
      level satisfies never;
  }
}

const encoder = new TextEncoder();

function writeToStderr(text: string): void {
  const bytes = encoder.encode(text);
  try {
    for (let sent = 0; sent < bytes.length;) sent += Deno.stderr.writeSync(bytes.subarray(sent));
  } catch {
    // Nobody reads it (any more), or its disk is full: as with the console, work goes on.
  }
}

/** The server's own log. */
export const serverLog = getLogger([LOG_CATEGORY, "server"]);

const workerLog = getLogger([LOG_CATEGORY, "worker"]);

/** Tells of the worker, in words that come from elsewhere: braces in them are no placeholders. */
export function logOfWorker(
  level: "info" | "warning" | "error",
  message: string,
  about: Readonly<Record<string, unknown>> = {},
): void {
  workerLog[level](message.replaceAll("{", "{{").replaceAll("}", "}}"), about);
}

/** Logs an error of a field that its client sees only as 'Unexpected error'. */
export function logUnexpected(error: unknown, path: string, requestId: string): void {
  serverLog.error("{path} failed: {error}", { path, error, requestId });
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
