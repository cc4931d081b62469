/** The verdict on an attempt of delivery, by the receiver's response: delivered, failed, or not wanted any more. */
import type { SendOutcome } from "./sender/protocol.ts";

/** Consequence of an attempt for the webhook. */
export type Verdict =
  | { readonly kind: "delivered" }
  | { readonly kind: "failed"; readonly error: string; readonly retryAfterMs: number | null }
  /** The receiver wants no more. */
  | { readonly kind: "gone"; readonly error: string };

const GONE = 410;

/** Returns the verdict on an outcome: 2xx is delivered, 410 ends the webhook, all else is tried again. */
export function verdictOf(outcome: SendOutcome): Verdict {
  if (outcome.kind === "failed") {
    return { kind: "failed", error: `${outcome.problem}.`, retryAfterMs: null };
  }
  const { status, retryAfterMs } = outcome;
  if (status >= 200 && status < 300) return { kind: "delivered" };
  if (status === GONE) {
    return { kind: "gone", error: "The receiver answered 410 Gone: it wants no more." };
  }
  const why = status >= 300 && status < 400 ? ", a redirection, which is not followed" : "";
  return { kind: "failed", error: `The receiver answered ${status}${why}.`, retryAfterMs };
}
