/** A line of a run's log: its time and its text. */
import type { ReactNode } from "react";
import type { LogItem } from "../operations.ts";

const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const DAY_AND_TIME = new Intl.DateTimeFormat(undefined, {
  dateStyle: "medium",
  timeStyle: "medium",
});

/** The severity of a line, if it is a problem. */
export type Tone = "warning" | "error";

interface LogLineProps {
  /** RFC 3339 */
  readonly at: string;
  /** undefined for ordinary lines. */
  readonly tone?: Tone | undefined;
  readonly children: ReactNode;
}

/** A line with its time, coloured by its tone. */
export function LogLine({ at, tone, children }: LogLineProps) {
  const time = new Date(at);
  return (
    <li data-tone={tone}>
      <time dateTime={at} title={DAY_AND_TIME.format(time)}>{TIME.format(time)}</time> {children}
    </li>
  );
}

/** Returns the tone of a level; undefined for those that are not coloured. */
export function toneOf(level: LogItem["level"]): Tone | undefined {
  switch (level) {
    case "INFO":
      return undefined;
    case "WARNING":
      return "warning";
    case "ERROR":
      return "error";
    default:
      return level satisfies never;
  }
}
