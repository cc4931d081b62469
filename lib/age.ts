/** Ages of files. */

/**
 * Returns whether a time is longer ago than an age, or as far ahead: then the clock was set back since, and the time
 * says nothing.
 */
export function isOlderThan(time: Date, ageMs: number, now = Date.now()): boolean {
  return Math.abs(now - time.getTime()) > ageMs;
}
