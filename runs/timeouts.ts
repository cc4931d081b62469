/**
 * Every timeout, interval and pause of the store, the worker, the trainer and the supervisor. `_MS` is in milliseconds.
 * tests/runs/timeouts_test.ts checks that they fit together.
 */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

// Lease ---------------------------------------------------------------------------------------------------------------

/**
 * Lifetime of a worker's claim without a renewal: after that, another worker may claim the run. Shorter are the
 * interval of renewals, CLAIM_POLL_MS and REQUEST_LISTEN_MS.
 */
export const LEASE_MS = 3 * SECOND;

/** Lease of `deno task train`, whose process also draws a terminal. */
export const TERMINAL_LEASE_MS = 5 * SECOND;

/** Renewals in the lifetime of a lease: one may fail without the claim being lost. */
export const RENEWALS_PER_LEASE = 3;

/** Time for which a new run is reserved for the worker that it names. */
export const RESERVATION_MS = 10 * SECOND;

// Worker --------------------------------------------------------------------------------------------------------------

/** Interval at which an idle worker looks for expired leases: nothing is written when one expires. */
export const CLAIM_POLL_MS = 500;

/** Pause between two attempts to use a store that is unavailable. */
export const STORE_RETRY_MS = 1 * SECOND;

/** Pause between two attempts to use a checkpoint store or a disk that is unavailable. */
export const CHECKPOINT_RETRY_MS = 2 * SECOND;

/** Interval at which a server looks for datasets that are not beside the checkpoints yet, or were deleted there. */
export const SHARE_INTERVAL_MS = 5 * SECOND;

/** Time for which a run waits for a dataset that another machine is to share. */
export const SHARE_TIMEOUT_MS = 15 * MINUTE;

/** Time for which a list of the datasets beside the checkpoints is kept. */
export const SHARED_DATASET_CACHE_MS = 5 * SECOND;

/** First and longest pause between two attempts to append to a log that cannot be written. */
export const APPEND_RETRY_MS = 100;
export const MAX_APPEND_RETRY_MS = 2 * SECOND;

/** Shortest time between two appends of a run: each is a commit to disk, and wakes every reader. */
export const APPEND_INTERVAL_MS = 50;

/** Time without an append after which the worker listens for control requests; an append itself returns them. */
export const REQUEST_LISTEN_MS = 200;

/** Pause between two attempts to list the devices: each loads an engine. */
export const DEVICE_RETRY_MS = 30 * SECOND;

/** Interval at which a worker updates its registration in the store. */
export const REGISTRATION_INTERVAL_MS = 2 * SECOND;

/** Age of a registration after which the worker is no longer listed. */
export const REGISTRATION_TIMEOUT_MS = 10 * SECOND;

/** Age of a registration at which it is deleted: its worker died without deregistering. */
export const REGISTRATION_EXPIRY_MS = DAY;

/** Interval at which a worker process touches its liveness file. */
export const LIVENESS_INTERVAL_MS = 5 * SECOND;

/** Age of the liveness file at which a probe fails. */
export const LIVENESS_TIMEOUT_MS = 30 * SECOND;

/** Age of files of a dead worker at which another one deletes them: clocks of machines may differ. */
export const LEFTOVER_AGE_MS = DAY;

// Stopping a training -------------------------------------------------------------------------------------------------

/** Time from a worker's stop in which its training may still save a checkpoint. */
export const GRACE_TIMEOUT_MS = 5 * SECOND;

/** Time from a worker's stop after which it no longer tries to append the run's last event. */
export const FORCE_TIMEOUT_MS = 8 * SECOND;

/** Time for which the end of an attempt waits for the removal of files. */
export const CLEANUP_TIMEOUT_MS = 2 * SECOND;

/** Time from SIGTERM to SIGKILL for a worker process. */
export const KILL_TIMEOUT_MS = 10 * SECOND;

// Trainer process -----------------------------------------------------------------------------------------------------

/** Interval at which a trainer sends `alive`, whatever else it sends. */
export const ALIVE_INTERVAL_MS = 2 * SECOND;

/** Time to the second usage report, which makes the first measurement: some trainings are short. */
export const FIRST_USAGE_MS = 1 * SECOND;

/** Interval of the usage reports after that. */
export const USAGE_INTERVAL_MS = 5 * SECOND;

/** Interval at which the watchdog counts a trainer's silence. */
export const WATCHDOG_TICK_MS = 1 * SECOND;

/** Limits of a trainer's silence, in seconds: a trainer that exceeds them hangs and is killed. */
export interface HangTimeouts {
  /** Until the first step is done: loading, and compiling for a new GPU, may take many minutes. */
  readonly start: number;
  /** Smallest limit after that. */
  readonly least: number;
  /** Multiple of the longest silence so far: a batch of 4096 may take a slow processor minutes. */
  readonly times: number;
}

export const HANG_TIMEOUTS: HangTimeouts = { start: 900, least: 60, times: 20 };

/** Time in which nvidia-smi must answer. */
export const GPU_QUERY_TIMEOUT_MS = 4 * SECOND;

// Supervisor ----------------------------------------------------------------------------------------------------------

/** Pauses before a worker that died is started again; after the last one it is given up. */
export const RESTART_PAUSES_MS: readonly number[] = [500, 1_000, 2_000, 4_000, 8_000];

/** Lifetime after which a worker's death counts as its first again. */
export const STABLE_AFTER_MS = 1 * MINUTE;

/** Interval at which the supervisor checks an adopted worker, which is not its child. */
export const ADOPTED_POLL_MS = 250;

/** Pause between two attempts to take a slot's lock, which a reader may hold for a moment. */
export const SLOT_RETRY_MS = 50;

/** Time for which an idle supervised worker waits for a new supervisor. */
export const ORPHAN_TIMEOUT_MS = 1 * MINUTE;

/** Interval at which a supervised worker checks the size of its log file. */
export const LOG_CHECK_INTERVAL_MS = 1 * MINUTE;

/** Pause between two attempts of a starting worker to open its store. */
export const OPEN_STORE_RETRY_MS = 2 * SECOND;

// Reading -------------------------------------------------------------------------------------------------------------

/** Time for which a page of a log is cached: many watchers of one run read it at about the same time. */
export const LOG_PAGE_CACHE_MS = 2 * SECOND;

/**
 * Longest time that one part of an evaluation should take: a request to classify a single image waits for the part in
 * progress.
 */
export const EVALUATION_PART_MS = 15;

// Predictor process ---------------------------------------------------------------------------------------------------

/** Time without any answer to open requests after which a predictor is taken to hang: a network may be large. */
export const PREDICTION_TIMEOUT_MS = 2 * MINUTE;

/** Time after which the native engine is tried again once it could not predict, or its process died twice in a row. */
export const PREDICTOR_RETRY_MS = 1 * MINUTE;

// Store ---------------------------------------------------------------------------------------------------------------

/** Longest wait for a wake-up: the delay that a lost one causes. */
export const MAX_WAIT_MS = 2 * SECOND;

/**
 * Interval at which SQLite is polled for commits of other processes while readers wait and their signals do not arrive:
 * a poll takes 140 µs.
 */
export const SQLITE_POLL_MS = 5;

/** The same while they arrive, and the time after which they are believed to arrive again. */
export const SQLITE_SIGNALLED_POLL_MS = 250;
export const SQLITE_SIGNALLED_AFTER_MS = 1 * SECOND;

/** Time for which a write waits for another process that locks the SQLite file. */
export const SQLITE_LOCK_TIMEOUT_MS = 5 * SECOND;

/** First and longest pause between two attempts to use a locked SQLite file. */
export const SQLITE_LOCK_RETRY_MS = 1;
export const MAX_SQLITE_LOCK_RETRY_MS = 50;

/**
 * Longest pause between two attempts to deliver to a webhook: a time that is further ahead is not believed, as the
 * clock was set back.
 */
export const MAX_ATTEMPT_PAUSE_MS = DAY;

/** Time in which a connection to PostgreSQL must be made or become free. */
export const POSTGRES_CONNECT_TIMEOUT_MS = 3 * SECOND;

/** Time after which PostgreSQL cancels a statement. */
export const POSTGRES_STATEMENT_TIMEOUT_MS = 4_500;

/** Time after which a client stops waiting for PostgreSQL's answer. */
export const POSTGRES_ANSWER_TIMEOUT_MS = 5 * SECOND;

/** Time after which PostgreSQL ends a transaction whose client has stopped, and frees its locks. */
export const POSTGRES_IDLE_TRANSACTION_MS = 3 * SECOND;

/**
 * Age at which a connection to PostgreSQL is replaced: a session that shows no error, but is of another server, role or
 * schema than a new one, is of no use longer than this.
 */
export const POSTGRES_SESSION_MS = 1 * MINUTE;

/** Time for which a migration waits for another process that migrates. */
export const POSTGRES_MIGRATION_LOCK_MS = 1 * MINUTE;

/** First and longest pause between two attempts to connect the listener. */
export const LISTENER_RETRY_MS = 100;
export const MAX_LISTENER_RETRY_MS = 2 * SECOND;

/** Interval at which the listener tests its connection. */
export const LISTENER_PING_MS = 10 * SECOND;

/** Time for which the listener stays connected after the last waiter has left. */
export const LISTENER_LINGER_MS = 10 * SECOND;

/** Time for which object storage may be silent. */
export const S3_TIMEOUT_MS = 10 * SECOND;
