/**
 * The webhooks of a server: it delivers those that no other server delivers, from their cursors in the store, and tests
 * addresses for the API.
 */
import type { RunStore } from "../runs/store/store.ts";
import { parseWebhookUrl, WebhookUrlError } from "./address/parse_url.ts";
import { verdictOf } from "./verdict.ts";
import { type DeliveryOptions, sendMessage } from "./deliver.ts";
import { type DeliveryLoopOptions, startDelivering } from "./delivery_loop.ts";
import { pingMessage } from "./message.ts";

/** Options of serveWebhooks(). */
export interface WebhooksOptions extends Omit<DeliveryLoopOptions, "store" | "runs" | "onAttempt"> {
  readonly store: RunStore;
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
export function serveWebhooks({ store: runs, onProblem, ...options }: WebhooksOptions): Webhooks {
  const { sender } = options;
  const store = runs.webhooks;
  const counts = { delivered: 0, failed: 0 };
  const delivery: DeliveryOptions = {
    ...options,
    store,
    onAttempt: (isDelivered) => counts[isDelivered ? "delivered" : "failed"]++,
  };
  const loop = startDelivering({ ...delivery, runs, onProblem });
  return {
    async checkUrl(text) {
      const { href } = parseWebhookUrl(text);
      const problem = await sender.check(href);
      if (problem !== undefined) throw new WebhookUrlError(`is refused: its host ${problem}`);
      return href;
    },
    async ping(id) {
      const found = await store.find(id);
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
    wake: loop.wake,
    attempts: () => ({ ...counts }),
    async close() {
      await loop.stop();
      await sender.close();
    },
  };
}
