/** Times and sizes as `deno task runs` prints them. */

const SIZE = new Intl.NumberFormat("en-US", {
  style: "unit",
  unit: "byte",
  unitDisplay: "narrow",
  notation: "compact",
  maximumFractionDigits: 1,
});

/** Formats bytes: '1.5MB', '2.1GB'. */
export function size(bytes: number): string {
  return SIZE.format(bytes).replace("BB", "GB"); // Intl has billions of bytes.
}

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
