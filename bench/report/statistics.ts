/** Statistics of measurements. */

/** Returns the minimum: the measurement that other load has disturbed least. */
export function minimum(values: readonly number[]): number {
  return Math.min(...values);
}

/** Returns the median. */
export function median(values: readonly number[]): number {
  return (percentile(values, 0.5, Math.floor) + percentile(values, 0.5, Math.ceil)) / 2;
}

/**
 * Returns a percentile: the smallest value that at least this fraction of the values do not exceed.
 *
 * @param fraction 0.99 for p99
 */
export function percentile(
  values: readonly number[],
  fraction: number,
  round: (place: number) => number = Math.ceil,
): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[round(fraction * (sorted.length - 1))] ?? NaN;
}

/** Returns the maximum. */
export function maximum(values: readonly number[]): number {
  return Math.max(...values);
}
