/**
 * Log of a process, on stderr: pretty on a terminal, otherwise JSON lines. Messages for the user, such as the address
 * or an error that aborts startup, are printed instead.
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
import { escapeDirection } from "../../lib/format.ts";

/** Every logger of the project is a child of this category. */
const LOG_CATEGORY = "epochql";

/** Category of the audit log (auth/audit.ts). */
export const AUDIT_CATEGORY = [LOG_CATEGORY, "audit"] as const;

/** Options of setUpLog(). */
export interface LogOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** True if the format 'auto' is pretty. */
  readonly forPeople: boolean;
}

/** Sets up the log of this process. Call once, before anything is logged. */
export function setUpLog({ level, format, forPeople }: LogOptions): void {
  const isPretty = format === "pretty" || (format === "auto" && forPeople);
  const toText = isPretty ? prettyFormatter() : toJson;
  configureSync({
    sinks: {
      stderr: (record) =>
        write(escapeDirection(toText(record).replace(/\r?\n$/, "")), record.level),
    },
    loggers: [
      { category: LOG_CATEGORY, lowestLevel: level, sinks: ["stderr"] },
      // At every level of the log.
      {
        category: [...AUDIT_CATEGORY],
        lowestLevel: "info",
        sinks: ["stderr"],
        parentSinks: "override",
      },
      // Messages of LogTape about itself.
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
    message: inlineStrings(record.message),
    properties: { ...record.properties, ...spanIds() },
  });
}

/**
 * Inlines the strings and errors of a message, as LogTape would write strings with quotes. Properties keep whole
 * errors.
 */
function inlineStrings(message: LogRecord["message"]): LogRecord["message"] {
  // Literal parts and values alternate.
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

/** Returns the ids of the current span, named by OpenTelemetry's convention for other logs. */
function spanIds(): Readonly<Record<string, string>> {
  const span = trace.getActiveSpan()?.spanContext();
  return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId };
}

/**
 * Writes a line to stderr. Warnings and errors go through the console, whose methods Deno exports to OpenTelemetry with
 * their level; the methods of lower levels would write to stdout.
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
    // Its reader has gone or its disk is full: like the console, ignore it.
  }
}

/** Log of the server. */
export const serverLog = getLogger([LOG_CATEGORY, "server"]);

const workerLog = getLogger([LOG_CATEGORY, "worker"]);

/** Logs a message of the worker, in which braces are no placeholders. */
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

/** Logs uncaught errors instead of ending the process: one broken request must not end all others. */
export function logErrors(): void {
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    serverLog.error("Unhandled rejection: {error}", { error: event.reason });
  });
  addEventListener("error", (event) => {
    event.preventDefault();
    serverLog.error("Uncaught error: {error}", { error: event.error });
  });
}
