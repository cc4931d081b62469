/**
 * Leases of claimed runs: renewed by appends, and without them by the watch.
 */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { delay } from "../../../lib/delay.ts";
import type { Claim, RunStore } from "../../../runs/store/store.ts";
import { watchClaim } from "../../../runs/worker/claim_watch.ts";

const LEASE_MS = 90;
const WATCHED_MS = 300;

describe("watchClaim()", () => {
  /** Counts the renewals of a watched claim. */
  async function renewals(appendedAt: () => number): Promise<number> {
    const run = { id: "run", snapshot: { attempts: 1 } };
    let renewed = 0;
    const until = new AbortController();
    const store: Partial<RunStore> = {
      mark: () => 0,
      get: () => Promise.resolve(run as Claim["run"]),
      wait: (_mark, signal) => delay(WATCHED_MS, signal),
      renew() {
        renewed++;
        return Promise.resolve(run as Claim["run"]);
      },
    };
    const watching = watchClaim(store as RunStore, { run, worker: "w", fence: 1 } as Claim, {
      leaseMs: LEASE_MS,
      until: until.signal,
      appendedAt,
      onRun() {},
      onLost() {},
    });
    await delay(WATCHED_MS);
    until.abort();
    await watching;
    return renewed;
  }

  it("renews the lease several times within its lifetime while nothing is appended", async () => {
    assert(await renewals(() => -Infinity) >= 2);
  });

  it("leaves the renewal to appends while there are some", async () => {
    assertEquals(await renewals(() => performance.now()), 0);
  });

  it("renews the lease again once appends have ended", async () => {
    const last = performance.now();
    assert(await renewals(() => last) >= 2);
  });
});
