/**
 * Timeouts and intervals of the server, each with its reason. tests/server/timeouts_test.ts checks the
 * inequalities between them.
 */

/** Longest time for a request's body to arrive, once its head has. */
export const BODY_TIMEOUT_MS = 30_000;

/** Longest time without a byte of an upload's piece. What was received stays, and the client can continue. */
export const UPLOAD_STALL_MS = 60_000;

/** Interval at which expired uploads are removed. */
export const UPLOAD_CLEANING_MS = 3_600_000;

/** Longest time that a subscriber may leave pending messages unread; then it is disconnected. */
export const STALL_MS = 60_000;

/** Interval of comments on an idle event stream, so that no proxy closes it: nginx does after 60 s. */
export const SSE_HEARTBEAT_MS = 12_000;

/** Interval of empty parts on an idle multipart response: the one that Apollo's routers and clients use. */
export const MULTIPART_HEARTBEAT_MS = 5_000;

/**
 * Delay between the last result of a stream and its breaking off. graphql-sse overlooks an end that arrives together
 * with an event, and would wait indefinitely.
 */
export const STREAM_BREAK_DELAY_MS = 50;

/** Longest time between the reservation of an event stream (graphql-sse's PUT) and its opening. */
export const RESERVATION_MS = 30_000;

/** Longest time without a frame from a WebSocket's client. Deno pings it at half of that time. */
export const WEBSOCKET_IDLE_MS = 30_000;

/**
 * Longest time until a WebSocket's client introduces itself, once it is connected. A Java client that has just
 * started on a busy machine needed more than the three seconds that are usual.
 */
export const WEBSOCKET_INIT_MS = 10_000;

/** First pause between two looks at a WebSocket's buffer: Deno reports no drain. Each pause doubles the last. */
export const BACKPRESSURE_POLL_MS = 20;

/** Longest pause between two looks at a WebSocket's buffer. */
export const MAX_BACKPRESSURE_POLL_MS = 500;

/**
 * Time for which the results of an operation stay shared after its last subscriber left: the next one may follow at
 * once.
 */
export const SHARED_RESULTS_MS = 2_000;

/**
 * Time for which a dataset stays in memory after its last use: a training set is larger than the rest of the server.
 */
export const DATASET_CACHE_MS = 60_000;

/** Interval at which the token file is read again. Mounted files report no changes. */
export const TOKEN_FILE_POLL_MS = 5_000;

/** Lifetime of a session that the sign-in page starts. */
export const SESSION_MS = 7 * 24 * 3_600_000;

/** Longest wait for the store before /readyz reports that it is unavailable: a failing disk may hang. */
export const READINESS_TIMEOUT_MS = 2_000;

/** Longest wait for the store in a scrape of /metrics. Prometheus gives a scrape ten seconds. */
export const SCRAPE_TIMEOUT_MS = 2_000;

/** Time for which scrapes share one overview of the store. */
export const SCRAPE_CACHE_MS = 1_000;

/** Pause before a server tries again to take its lock, which a reader may hold briefly. */
export const PRESENCE_RETRY_MS = 50;

/** Interval at which the event loop's lag is measured. */
export const EVENT_LOOP_LAG_MS = 500;

/** Longest time for requests to finish when the server stops. */
export const SHUTDOWN_GRACE_MS = 2_000;

/**
 * Time within which two stop signals count as one. A task runner forwards a Ctrl-C that the terminal has sent to
 * all of its processes already; a person takes longer to press it again.
 */
export const SAME_SIGNAL_MS = 300;
