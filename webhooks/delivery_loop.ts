/**
 * Looks for webhooks that have something to deliver and that no other server delivers, claims them and delivers each
 * beside the others.
 */
import { delay } from "../lib/delay.ts";
import type { RunStore } from "../runs/store/store.ts";
import { ANNOUNCEMENTS } from "../runs/store/webhook_store.ts";
import { deliver, type DeliveryOptions } from "./deliver.ts";
import { MAX_PARALLEL } from "./limits.ts";
import { CLAIM_MS, IDLE_INTERVAL_MS, LOOK_INTERVAL_MS, STORE_PAUSE_MS } from "./timeouts.ts";

/** Options of startDelivering(). */
export interface DeliveryLoopOptions extends DeliveryOptions {
  /** The store of runs, for its notifications. */
  readonly runs: Pick<RunStore, "mark" | "wait">;
  /** Receives the problem of a store that cannot be used, once, and null when it can be used again. */
  readonly onProblem: (problem: unknown) => void;
}

/** A loop that delivers. */
export interface DeliveryLoop {
  /** Looks at once whether there is something to deliver. */
  wake(): void;
  /** Stops after the attempts in progress. */
  stop(): Promise<void>;
}

/** Starts to deliver. */
export function startDelivering(options: DeliveryLoopOptions): DeliveryLoop {
  const { store, runs, onProblem, claimMs: leaseMs = CLAIM_MS } = options;
  const stopping = new AbortController();
  const delivering = new Set<Promise<void>>();
  /** Ends the wait of the loop. */
  let waiting = new AbortController();
  let isWoken = true;
  let hasProblem = false;

  function wake(): void {
    isWoken = true;
    waiting.abort();
  }

  function report(problem: unknown): void {
    if (!hasProblem) onProblem(problem);
    hasProblem = true;
  }

  async function claimDue(): Promise<void> {
    const limit = MAX_PARALLEL - delivering.size;
    if (limit === 0) return;
    for (const claim of await store.claim({ leaseMs, limit })) {
      const work = deliver(claim, options, stopping.signal).catch(report).finally(() => {
        delivering.delete(work);
        // There may be more by now.
        wake();
      });
      delivering.add(work);
    }
  }

  /** Waits for an announcement, the time of the next attempt, or a call of wake(). */
  async function waitForMore(mark: number, dueInMs: number | null): Promise<void> {
    // Of many commits in a row, not each is looked at.
    await delay(LOOK_INTERVAL_MS, stopping.signal);
    const timer = dueInMs === null ? undefined : setTimeout(() => waiting.abort(), dueInMs);
    await runs.wait(mark, waiting.signal, ANNOUNCEMENTS);
    clearTimeout(timer);
  }

  async function run(): Promise<void> {
    let seen: string | undefined;
    while (!stopping.signal.aborted) {
      waiting = new AbortController();
      const mark = runs.mark();
      try {
        const outlook = await store.outlook();
        const isDue = isWoken || outlook?.dueInMs === 0 || outlook?.mark !== seen;
        isWoken = false;
        seen = outlook?.mark;
        if (outlook && isDue) await claimDue();
        if (hasProblem) onProblem(null);
        hasProblem = false;
        if (outlook) await waitForMore(mark, outlook.dueInMs);
        else await delay(IDLE_INTERVAL_MS, waiting.signal);
      } catch (error) {
        report(error);
        isWoken = true;
        await delay(STORE_PAUSE_MS, stopping.signal);
      }
    }
  }

  const running = run();
  return {
    wake,
    async stop() {
      stopping.abort();
      waiting.abort();
      await running;
      await Promise.all(delivering);
    },
  };
}
