/** Intervals and pauses of the page. tests/web/timeouts_test.ts checks that they fit together. */

/** Pause before a request to a server that could not be reached is repeated. */
export const REQUEST_RETRY_MS = 1_000;

/** First and longest pause before a subscription reconnects. Each is twice the one before. */
export const RECONNECT_MS = 250;
export const MAX_RECONNECT_MS = 4_000;

/** Interval of pings over the socket, and longest time until the server answers one. */
export const SOCKET_PING_MS = 10_000;
export const SOCKET_ANSWER_MS = 5_000;

/** First and longest pause before a part of the page is loaded again, and the number of attempts. */
export const PART_RETRY_MS = 500;
export const MAX_PART_RETRY_MS = 8_000;
export const MAX_PART_ATTEMPTS = 6;

/** Time without typing or changes before the list of runs is read. */
export const RUN_LIST_DEBOUNCE_MS = 150;

/** Longest time until the server says how much of an upload it has, and without a byte of an upload sent. */
export const UPLOAD_ANSWER_MS = 15_000;
export const UPLOAD_STALL_MS = 90_000;

/** Time without a byte of an upload received after which the page gives it up. */
export const UPLOAD_PATIENCE_MS = 300_000;

/** Interval at which the list of runs is read while a listed run is trained, and otherwise. */
export const ACTIVE_RUN_LIST_MS = 2_000;
export const IDLE_RUN_LIST_MS = 15_000;

/** Interval at which the run on display is read, before its end and after. */
export const PROGRESS_INTERVAL_MS = 1_000;
export const FINISHED_PROGRESS_INTERVAL_MS = 5_000;

/** Interval at which resource usage, log lines and imports are read: a trainer reports its usage as often. */
export const REFRESH_INTERVAL_MS = 5_000;

/**
 * Shortest time between two reads of what has been trained since, whose points take the place of those that came live.
 */
export const CURVE_SETTLE_MS = 1_000;

/** Shortest time between two redraws of the curves. */
export const CURVE_REDRAW_MS = 160;

/** Time without panning or zooming before a part of a curve is read. */
export const CURVE_DEBOUNCE_MS = 120;

/** Time without scrolling before samples are read: dragging the scrollbar passes pages that are never viewed. */
export const SCROLL_DEBOUNCE_MS = 60;
