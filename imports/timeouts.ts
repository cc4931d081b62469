/** Intervals and timeouts of imports. tests/imports/timeouts_test.ts checks that they fit together. */

/** Interval at which an importer stores its state, reports it, and looks for a request to cancel. */
export const SAVE_INTERVAL_MS = 1_000;

/** Pause before an importer tries again to write to a full disk. */
export const DISK_PAUSE_MS = 2_000;

/** Interval at which servers look for imports that nobody carries out. */
export const ADOPT_INTERVAL_MS = 5_000;

/** Interval at which followers of imports look for changes. */
export const LOOK_INTERVAL_MS = 500;

/** Time after which a decoder of one image is killed. */
export const DECODE_TIMEOUT_MS = 20_000;
