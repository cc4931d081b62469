/** Times as `deno task runs` prints them. */

/**
 * Formats the time since: '12s', '5m', '3h', '4d'.
 *
 * @param at RFC 3339
 * @param now milliseconds
 */
export function age(at: string, now = Date.now()): string {
  // Clocks differ between machines.
  const seconds = Math.max(0, Math.floor((now - Date.parse(at)) / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}
