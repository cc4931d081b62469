/** Timeouts and intervals of the command line. tests/cli/timeouts_test.ts checks that they fit together. */

/** Longest wait for a server's answer. */
export const REQUEST_TIMEOUT_MS = 30_000;

/** First and longest pause before a subscription reconnects. Each is twice the one before. */
export const RECONNECT_MS = 250;
export const MAX_RECONNECT_MS = 4_000;

/** Interval of pings on a subscription's WebSocket, and the longest wait for a pong. */
export const PING_MS = 10_000;
export const PONG_TIMEOUT_MS = 5_000;

/** Interval at which `runs follow` reads why a run waits. */
export const QUEUE_POLL_MS = 5_000;

/** Shortest time between two lines of progress where the output is no terminal. */
export const PLAIN_PROGRESS_MS = 5_000;

/** Longest time in which a stopping server saves its run and ends, and the interval at which its end is looked for. */
export const STOP_TIMEOUT_MS = 60_000;
export const STOP_POLL_MS = 100;
