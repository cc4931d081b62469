/** Timeouts of downloads. tests/data/storage/timeouts_test.ts checks that they fit together. */

/** Longest time for the download of one file from a mirror. */
export const MIRROR_TIMEOUT_MS = 300_000;

/** Age at which a partial file is deleted: the process that wrote it has died. */
export const LEFTOVER_AGE_MS = 3_600_000;
