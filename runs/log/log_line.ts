/** Events as lines of a log that people read. */
import { oneLine } from "../../lib/format.ts";
import { definitionOf } from "./definition_of.ts";
import type { RunEventBody } from "./event.ts";
import type { LogLevel } from "./event_definition.ts";

/** A line of a log. */
export interface LogLine {
  /** One line of plain English. */
  readonly text: string;
  readonly level: LogLevel;
}

/** Returns the line by which logs show an event. */
export function logLineOf(body: RunEventBody): LogLine {
  const { text, level } = definitionOf(body.type);
  return { text: oneLine(text(body)), level: level?.(body) ?? "info" };
}
