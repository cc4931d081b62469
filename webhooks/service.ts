/**
 * The webhooks of a server: it delivers those that no other server delivers, from their cursors in the store, and tests
 * addresses for the API.
 */
import { delay } from "../lib/delay.ts";
import type { RunStore } from "../runs/store/store.ts";
import { ANNOUNCEMENTS } from "../runs/store/webhook_store.ts";
import { parseWebhookUrl, WebhookUrlError } from "./address/parse_url.ts";
import { verdictOf } from "./answer.ts";
import { deliver, type DeliveryOptions, sendMessage } from "./deliver.ts";
import { MAX_PARALLEL } from "./limits.ts";
import { pingMessage } from "./message.ts";
import { CLAIM_MS, IDLE_INTERVAL_MS, LOOK_INTERVAL_MS, STORE_PAUSE_MS } from "./timeouts.ts";

/** Options of serveWebhooks(). */
export interface WebhooksOptions extends Omit<DeliveryOptions, "store" | "onAttempt"> {
  readonly store: RunStore;
  /** Receives the problem of a store that cannot be used, once, and null when it can be used again. */
  readonly onProblem: (problem: unknown) => void;
}

/** Result of a test. */
export interface PingResult {
  /** HTTP status; null without an answer. */
  readonly status: number | null;
  /** Null if the test was delivered. */
  readonly problem: string | null;
  readonly seconds: number;
}

/** Attempts since the server started. */
export interface AttemptCounts {
  readonly delivered: number;
  readonly failed: number;
}

/** The webhooks of a server. */
export interface Webhooks {
  /**
   * Checks an address, and that its host may be connected to now.
   *
   * @returns the address in its usual form
   * @throws {WebhookUrlError} whose message completes 'Cannot …: url '
   */
  checkUrl(url: string): Promise<string>;
  /** Sends a test message, whatever the state of the webhook is; undefined if there is no such. */
  ping(id: string): Promise<PingResult | undefined>;
  /** Looks at once whether there is something to deliver: a client has changed a webhook. */
  wake(): void;
  attempts(): AttemptCounts;
  /** Stops after the attempts in progress; what is not delivered goes on when a server starts again. */
  close(): Promise<void>;
}

/** Starts to deliver webhooks. */
export function serveWebhooks(options: WebhooksOptions): Webhooks {
  const { sender, onProblem } = options;
  const { webhooks } = options.store;
  const counts = { delivered: 0, failed: 0 };
  const stop = new AbortController();
  const delivering = new Set<Promise<void>>();
  let woken = new AbortController();
  let isWoken = true;
  let hasProblem = false;
  const delivery: DeliveryOptions = {
    ...options,
    store: webhooks,
    onAttempt: (isDelivered) => counts[isDelivered ? "delivered" : "failed"]++,
  };

  function wake(): void {
    isWoken = true;
    woken.abort();
  }

  function report(problem: unknown): void {
    if (!hasProblem) onProblem(problem);
    hasProblem = true;
  }

  /** Claims what is due and delivers it, side by side. */
  async function claimDue(): Promise<void> {
    const { claimMs: leaseMs = CLAIM_MS } = options;
    const limit = MAX_PARALLEL - delivering.size;
    if (limit === 0) return;
    for (const claim of await webhooks.claim({ leaseMs, limit })) {
      const work = deliver(claim, delivery, stop.signal).catch(report).finally(() => {
        delivering.delete(work);
        // There may be more by now.
        wake();
      });
      delivering.add(work);
    }
  }

  async function run(): Promise<void> {
    let seen: string | undefined;
    while (!stop.signal.aborted) {
      woken = new AbortController();
      const mark = options.store.mark();
      try {
        const outlook = await webhooks.outlook();
        const isDue = isWoken || outlook?.dueInMs === 0 || outlook?.mark !== seen;
        isWoken = false;
        seen = outlook?.mark;
        if (outlook && isDue) await claimDue();
        if (hasProblem) onProblem(null);
        hasProblem = false;
        if (!outlook) await delay(IDLE_INTERVAL_MS, woken.signal);
        else await waitForMore(mark, outlook.dueInMs, woken);
      } catch (error) {
        report(error);
        isWoken = true;
        await delay(STORE_PAUSE_MS, stop.signal);
      }
    }
  }

  /** Waits for an announcement, the time of the next attempt, or the end of a delivery. */
  async function waitForMore(
    mark: number,
    dueInMs: number | null,
    waiting: AbortController,
  ): Promise<void> {
    // Of many commits in a row, not each is looked at.
    await delay(LOOK_INTERVAL_MS, stop.signal);
    const timer = dueInMs === null ? undefined : setTimeout(() => waiting.abort(), dueInMs);
    await options.store.wait(mark, waiting.signal, ANNOUNCEMENTS);
    clearTimeout(timer);
  }

  const running = run();
  return {
    async checkUrl(text) {
      const { href } = parseWebhookUrl(text);
      const problem = await sender.check(href);
      if (problem !== undefined) throw new WebhookUrlError(`is refused: its host ${problem}`);
      return href;
    },
    async ping(id) {
      const found = await webhooks.find(id);
      if (!found) return undefined;
      const { webhook: { url }, secrets } = found;
      const outcome = await sendMessage(url, pingMessage(id), secrets, delivery);
      const verdict = verdictOf(outcome);
      return {
        status: outcome.kind === "answered" ? outcome.status : null,
        problem: verdict.kind === "delivered" ? null : verdict.error,
        seconds: outcome.seconds,
      };
    },
    wake,
    attempts: () => ({ ...counts }),
    async close() {
      stop.abort();
      woken.abort();
      await running;
      await Promise.all(delivering);
      await sender.close();
    },
  };
}
