/** The duration of a run. */
import type { RunItem } from "../operations.ts";

/** Returns the seconds from a run's first start to its end, pauses included; undefined before its end. */
export function secondsOf({ startedAt, endedAt }: RunItem): number | undefined {
  if (startedAt === null || endedAt === null) return undefined;
  return (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
}
