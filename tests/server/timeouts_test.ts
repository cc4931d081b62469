/** Inequalities between the server's timeouts, and between them and those of proxies, probes and Prometheus. */
import { assert, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import * as timeouts from "../../server/timeouts.ts";

/** Time after which nginx closes a connection without traffic, by default. */
const NGINX_READ_TIMEOUT_MS = 60_000;

/** Time that Prometheus gives a scrape, by default. */
const PROMETHEUS_SCRAPE_TIMEOUT_MS = 10_000;

/** `timeoutSeconds` of the readiness probe in deploy/kubernetes/server.yaml. */
const PROBE_TIMEOUT_MS = 5_000;

describe("the server's timeouts", () => {
  const {
    BACKPRESSURE_POLL_MS,
    BODY_TIMEOUT_MS,
    EVENT_LOOP_LAG_MS,
    MAX_BACKPRESSURE_POLL_MS,
    READINESS_TIMEOUT_MS,
    SAME_SIGNAL_MS,
    SCRAPE_CACHE_MS,
    SCRAPE_TIMEOUT_MS,
    SESSION_MS,
    SHUTDOWN_GRACE_MS,
    STREAM_BREAK_DELAY_MS,
    SSE_HEARTBEAT_MS,
    STALL_MS,
    TOKEN_FILE_POLL_MS,
    WEBSOCKET_IDLE_MS,
    WEBSOCKET_INIT_MS,
  } = timeouts;

  const inequalities: readonly (readonly [name: string, smaller: number, larger: number])[] = [
    [
      "two pings are sent before a proxy closes an idle stream",
      2 * SSE_HEARTBEAT_MS,
      NGINX_READ_TIMEOUT_MS,
    ],
    [
      "two pings of a WebSocket are sent before a proxy closes it",
      WEBSOCKET_IDLE_MS,
      NGINX_READ_TIMEOUT_MS,
    ],
    [
      "a stalled event stream is noticed by a heartbeat soon after it stalls",
      2 * SSE_HEARTBEAT_MS,
      STALL_MS,
    ],
    [
      "a slow client has longer to introduce itself than graphql-ws' three seconds",
      3_000,
      WEBSOCKET_INIT_MS,
    ],
    [
      "a client that does not introduce itself is closed before one that vanishes",
      WEBSOCKET_INIT_MS,
      WEBSOCKET_IDLE_MS,
    ],
    ["a vanished WebSocket is closed before a stalled one", WEBSOCKET_IDLE_MS, STALL_MS],
    [
      "a WebSocket's buffer is polled many times before it counts as stalled",
      10 * MAX_BACKPRESSURE_POLL_MS,
      STALL_MS,
    ],
    [
      "the first poll of a buffer comes before the longest pause",
      BACKPRESSURE_POLL_MS,
      MAX_BACKPRESSURE_POLL_MS,
    ],
    ["streams end within the grace period of a stop", STREAM_BREAK_DELAY_MS, SHUTDOWN_GRACE_MS],
    ["readiness is answered before the probe times out", READINESS_TIMEOUT_MS, PROBE_TIMEOUT_MS],
    [
      "metrics are answered before Prometheus gives up",
      SCRAPE_TIMEOUT_MS,
      PROMETHEUS_SCRAPE_TIMEOUT_MS,
    ],
    ["each scrape reads the store anew", SCRAPE_CACHE_MS, PROMETHEUS_SCRAPE_TIMEOUT_MS],
    ["a revoked token is noticed long before its sessions end", TOKEN_FILE_POLL_MS, SESSION_MS],
    [
      "the event loop's lag is measured more often than a scrape reads it",
      EVENT_LOOP_LAG_MS,
      SCRAPE_CACHE_MS,
    ],
    [
      "a second stop signal counts while requests may still finish",
      SAME_SIGNAL_MS,
      SHUTDOWN_GRACE_MS,
    ],
    [
      "a late body is refused before a proxy closes its connection",
      BODY_TIMEOUT_MS,
      NGINX_READ_TIMEOUT_MS,
    ],
  ];
  for (const [name, smaller, larger] of inequalities) {
    it(name, () => assert(smaller < larger, `${smaller} must be less than ${larger}`));
  }

  it("are positive numbers of milliseconds", () => {
    for (const [name, value] of Object.entries(timeouts)) {
      assertMatch(name, /_MS$/);
      assert(Number.isInteger(value) && value > 0, name);
    }
  });
});
