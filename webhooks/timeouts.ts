/** Timeouts, intervals and pauses of webhooks. tests/webhooks/timeouts_test.ts checks that they fit together. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Time in which a receiver must answer, connecting included. */
export const ATTEMPT_TIMEOUT_MS = 10 * SECOND;

/** Time in which a name must resolve when a client enters an address. */
export const RESOLVE_TIMEOUT_MS = 5 * SECOND;

/** Time in which the sender process must answer, for the case that it hangs. */
export const SENDER_TIMEOUT_MS = 15 * SECOND;

/** Lifetime of a server's claim of a webhook, renewed before each attempt. */
export const CLAIM_MS = 20 * SECOND;

/** First and longest pause before the next attempt: each is twice the one before, but for chance. */
export const FIRST_PAUSE_MS = 5 * SECOND;
export const MAX_PAUSE_MS = HOUR;

/** Longest pause that a receiver can ask for (Retry-After). */
export const MAX_RETRY_AFTER_MS = DAY;

/** Time of failures after which a webhook is disabled. */
export const GIVE_UP_MS = 5 * DAY;

/** Time for which a replaced secret still signs, beside the new one. */
export const OLD_SECRET_MS = DAY;

/** Shortest time between two looks at what is to be delivered. */
export const LOOK_INTERVAL_MS = 100;

/** Interval at which a server looks whether another one has got its first webhook. */
export const IDLE_INTERVAL_MS = 5 * SECOND;

/** Pause after the store could not be used. */
export const STORE_PAUSE_MS = 2 * SECOND;

/** Time without a message after which the sender process is ended. */
export const SENDER_IDLE_MS = 5 * MINUTE;
