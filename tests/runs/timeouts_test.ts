/** The timeouts fit together: what must happen within a time has an interval that is shorter. */
import { describe, it } from "@std/testing/bdd";
import { assert } from "@std/assert";
import * as t from "../../runs/timeouts.ts";
import { ascend } from "../support/ascend.ts";

describe("the timeouts", () => {
  for (const leaseMs of [t.LEASE_MS, t.TERMINAL_LEASE_MS]) {
    it(`renew a lease of ${leaseMs} ms before it expires, also when one renewal fails`, () => {
      assert(t.RENEWALS_PER_LEASE >= 3);
      ascend(2 * leaseMs / t.RENEWALS_PER_LEASE, leaseMs);
    });

    it(`notice an expired lease of ${leaseMs} ms sooner than it took to expire`, () => {
      ascend(t.CLAIM_POLL_MS, leaseMs);
    });
  }

  it("reserve a new run for longer than its worker takes to claim it", () => {
    ascend(t.CLAIM_POLL_MS, t.STORE_RETRY_MS, t.RESERVATION_MS);
  });

  it("retry a locked SQLite file with growing pauses, within the time for which a write waits", () => {
    ascend(t.SQLITE_LOCK_RETRY_MS, t.MAX_SQLITE_LOCK_RETRY_MS, t.SQLITE_LOCK_TIMEOUT_MS);
  });

  it("list a worker until several of its registrations have failed, and delete it later", () => {
    ascend(4 * t.REGISTRATION_INTERVAL_MS, t.REGISTRATION_TIMEOUT_MS, t.REGISTRATION_EXPIRY_MS);
  });

  it("let a probe miss several touches of the liveness file", () => {
    ascend(4 * t.LIVENESS_INTERVAL_MS, t.LIVENESS_TIMEOUT_MS);
  });

  it("stop a worker in order: grace, force, kill", () => {
    ascend(t.GRACE_TIMEOUT_MS, t.FORCE_TIMEOUT_MS, t.KILL_TIMEOUT_MS);
  });

  it("try a store and a log again within the grace timeout", () => {
    ascend(t.CHECKPOINT_RETRY_MS, t.GRACE_TIMEOUT_MS);
    ascend(t.APPEND_RETRY_MS, t.MAX_APPEND_RETRY_MS, t.FORCE_TIMEOUT_MS - t.GRACE_TIMEOUT_MS);
  });

  it("listen for requests only after the appends of a training have ended", () => {
    ascend(t.APPEND_INTERVAL_MS, t.REQUEST_LISTEN_MS, t.LEASE_MS / t.RENEWALS_PER_LEASE);
  });

  it("send many signs of life within the shortest time for which a trainer may be silent", () => {
    const { start, least, times } = t.HANG_TIMEOUTS;
    ascend(t.WATCHDOG_TICK_MS, 10 * t.ALIVE_INTERVAL_MS, 1_000 * least, 1_000 * start);
    assert(times > 1);
  });

  it("read the GPU's load before the next usage report", () => {
    ascend(t.FIRST_USAGE_MS, t.GPU_QUERY_TIMEOUT_MS, t.USAGE_INTERVAL_MS);
  });

  it("start a worker again after ever longer pauses, all shorter than a stable lifetime", () => {
    ascend(...t.RESTART_PAUSES_MS, t.STABLE_AFTER_MS);
  });

  it("keep an orphaned worker for longer than a supervisor takes to start again", () => {
    ascend(t.KILL_TIMEOUT_MS, t.ORPHAN_TIMEOUT_MS);
  });

  it("let PostgreSQL cancel a statement before the client stops waiting for it", () => {
    ascend(t.POSTGRES_STATEMENT_TIMEOUT_MS, t.POSTGRES_ANSWER_TIMEOUT_MS);
    ascend(t.POSTGRES_IDLE_TRANSACTION_MS, t.POSTGRES_ANSWER_TIMEOUT_MS);
  });

  it("poll SQLite more often than a waiter looks by itself, and less often while commits are signalled", () => {
    ascend(
      t.SQLITE_POLL_MS,
      t.SQLITE_SIGNALLED_POLL_MS,
      t.SQLITE_SIGNALLED_AFTER_MS,
      t.MAX_WAIT_MS,
    );
  });

  it("connect the listener again sooner than a lost wake-up would be noticed twice", () => {
    ascend(t.LISTENER_RETRY_MS, t.MAX_LISTENER_RETRY_MS, 2 * t.MAX_WAIT_MS);
  });
});
