/** The duration of a run. */

/** Times of a run, RFC 3339. */
interface Times {
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

/** Returns the seconds from a run's first start to its end, pauses included; null before its end, or without a start. */
export function secondsOf({ startedAt, endedAt }: Times): number | null {
  if (startedAt === null || endedAt === null) return null;
  return (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
}
