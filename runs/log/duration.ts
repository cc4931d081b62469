/** Durations of a run: from its start to its end, and without its pauses. */

/** Times of a run, RFC 3339. */
interface Times {
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

/**
 * Returns the seconds from a run's first start to its end, pauses included; null before its end, or without a start.
 */
export function secondsOf({ startedAt, endedAt }: Times): number | null {
  if (startedAt === null || endedAt === null) return null;
  return (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
}

/**
 * Returns the seconds of training and test in a run's epochs, without the pauses between and inside them: an epoch
 * that was paused goes on counting where it stopped.
 */
export function trainedSeconds(epochs: readonly { readonly seconds: number }[]): number {
  return epochs.reduce((sum, { seconds }) => sum + seconds, 0);
}
