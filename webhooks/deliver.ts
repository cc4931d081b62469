/** Delivers the events of one claimed webhook, one after the other. */
import type {
  Settlement,
  Webhook,
  WebhookClaim,
  WebhookStore,
} from "../runs/store/webhook_store.ts";
import { verdictOf } from "./verdict.ts";
import { MAX_EVENTS_PER_CLAIM } from "./limits.ts";
import { headersOf, type Message, messageOf } from "./message.ts";
import { pauseAfter } from "./retry_pause.ts";
import type { Sender } from "./sender/process.ts";
import type { SendOutcome } from "./sender/protocol.ts";
import { ATTEMPT_TIMEOUT_MS, CLAIM_MS, GIVE_UP_MS } from "./timeouts.ts";

/** A change in whether a webhook can be delivered, for the log. */
export interface DeliveryChange {
  readonly kind: "failing" | "recovered" | "disabled";
  readonly webhook: Webhook;
}

/** Options of delivering. */
export interface DeliveryOptions {
  readonly store: WebhookStore;
  readonly sender: Sender;
  /** Returns a run's id in the API. */
  readonly runId: (key: string) => string;
  /** Receives the outcome of each attempt, for metrics. */
  readonly onAttempt: (isDelivered: boolean) => void;
  readonly onChange: (change: DeliveryChange) => void;
  /** Milliseconds in place of the defaults. */
  readonly attemptTimeoutMs?: number | undefined;
  readonly claimMs?: number | undefined;
  readonly giveUpMs?: number | undefined;
  /** Returns the pause after a number of failures, in place of the default. */
  readonly pauseAfter?: ((failures: number, retryAfterMs: number | null) => number) | undefined;
}

/**
 * Delivers the events of a webhook until all are delivered, one fails or others have waited long enough.
 *
 * @param signal stops after the attempt in progress
 */
export async function deliver(
  claim: WebhookClaim,
  options: DeliveryOptions,
  signal: AbortSignal,
): Promise<void> {
  const { store, runId, onAttempt, claimMs = CLAIM_MS } = options;
  for (let events = 0; events < MAX_EVENTS_PER_CLAIM && !signal.aborted; events++) {
    const due = await store.next(claim, claimMs);
    if (!due) return;
    const { webhook } = due;
    const verdict = verdictOf(
      await sendMessage(webhook.url, messageOf(due, runId), due.secrets, options),
    );
    onAttempt(verdict.kind === "delivered");
    const settlement: Settlement = verdict.kind === "delivered"
      ? { kind: "delivered", cursor: due.cursor }
      : verdict.kind === "gone"
      ? verdict
      : {
        kind: "failed",
        error: verdict.error,
        pauseMs: (options.pauseAfter ?? pauseWithJitter)(
          webhook.attempts + 1,
          verdict.retryAfterMs,
        ),
        giveUpMs: options.giveUpMs ?? GIVE_UP_MS,
      };
    const settled = await store.settle(claim, settlement);
    if (!settled) return;
    reportChange(webhook, settled, options);
    if (settlement.kind !== "delivered") return;
  }
  await store.release(claim);
}

/** Signs a message and sends it. */
export function sendMessage(
  url: string,
  message: Message,
  secrets: readonly string[],
  { sender, attemptTimeoutMs = ATTEMPT_TIMEOUT_MS }: Pick<
    DeliveryOptions,
    "sender" | "attemptTimeoutMs"
  >,
): Promise<SendOutcome> {
  return sender.send({
    url,
    headers: headersOf(message, secrets),
    body: message.body,
    timeoutMs: attemptTimeoutMs,
  });
}

function reportChange(before: Webhook, webhook: Webhook, { onChange }: DeliveryOptions): void {
  if (webhook.disabled !== null && webhook.disabled !== "client") {
    onChange({ kind: "disabled", webhook });
  } else if (webhook.attempts === 0) {
    if (before.attempts > 0) onChange({ kind: "recovered", webhook });
  } else if (before.attempts === 0) onChange({ kind: "failing", webhook });
}

function pauseWithJitter(failures: number, retryAfterMs: number | null): number {
  return pauseAfter(failures, retryAfterMs, Math.random());
}
