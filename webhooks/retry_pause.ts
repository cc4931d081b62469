/**
 * The pause before a failed delivery is retried: exponential backoff with jitter, and at least as long as the receiver
 * asks for.
 */
import { FIRST_PAUSE_MS, MAX_PAUSE_MS, MAX_RETRY_AFTER_MS } from "./timeouts.ts";

/**
 * Largest share of a pause that is taken off at random, so that many webhooks of a receiver are not tried again at
 * once.
 */
const JITTER = 0.25;

/**
 * Returns the milliseconds until the next attempt.
 *
 * @param failures failed attempts so far, the last one included
 * @param retryAfterMs the pause that the receiver asks for; null for none
 * @param random a number from 0 to 1
 *
 * @example
 * ```ts
 * pauseAfter(1, null, 0); // 5000
 * pauseAfter(3, null, 0); // 20000
 * ```
 */
export function pauseAfter(
  failures: number,
  retryAfterMs: number | null,
  random: number,
): number {
  const full = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
  const asked = Math.min(MAX_RETRY_AFTER_MS, retryAfterMs ?? 0);
  return Math.max(asked, full * (1 - JITTER * random));
}
