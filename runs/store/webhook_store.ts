/**
 * The store of webhooks: their settings, and for each a cursor in the log. A webhook is delivered by one server at a
 * time, which claims it; the next event follows once the last one is settled, so that events arrive in order.
 */
import type { AnnouncedEvent, AnnouncedType } from "../log/announced.ts";
import type { Run, RunId } from "../log/run.ts";
import type { Seq } from "../log/snapshot.ts";

/** Topic of wait() that fires when an event was written that a webhook delivers, or a webhook was changed. */
export const ANNOUNCEMENTS = "announcements";

/** Reason why nothing is delivered: a client's wish, an answer 410 Gone, failures for days. */
export type DisabledReason = "client" | "gone" | "failing";

/** A webhook, without its secrets. Times are RFC 3339. */
export interface Webhook {
  readonly id: string;
  readonly url: string;
  /** The only run whose events are delivered; null for those of all runs. */
  readonly runId: RunId | null;
  readonly events: readonly AnnouncedType[];
  /** The client that created it. */
  readonly createdBy: string;
  readonly createdAt: string;
  /** Null while it is enabled. */
  readonly disabled: DisabledReason | null;
  /** Number of events delivered so far. */
  readonly delivered: number;
  readonly lastDeliveredAt: string | null;
  readonly lastAttemptAt: string | null;
  /** Failed attempts to deliver the next event. */
  readonly attempts: number;
  /** The first of those attempts. */
  readonly failingSince: string | null;
  /** Earliest time of the next attempt, if the last one failed. */
  readonly nextAttemptAt: string | null;
  /** Problem of the last of those attempts. */
  readonly lastError: string | null;
}

/** A webhook to create. */
export interface NewWebhook extends Pick<Webhook, "url" | "runId" | "events" | "createdBy"> {
  readonly secret: string;
  /** Only events of the run after this seq; 0 for all. Without a run, those from now on are delivered. */
  readonly afterSeq: Seq;
  /** Maximum number of webhooks, this one included. */
  readonly max: number;
}

/** Changes of a webhook. Absent fields stay as they are. */
export interface WebhookChange {
  readonly url?: string | undefined;
  readonly events?: readonly AnnouncedType[] | undefined;
  readonly isEnabled?: boolean | undefined;
}

/** A server's right to deliver a webhook, until its lease expires. */
export interface WebhookClaim {
  readonly id: string;
  /** Random, so that an expired claim is recognized. */
  readonly token: string;
}

/** Options of claim(). */
export interface ClaimWebhooksOptions {
  readonly leaseMs: number;
  /** Maximum number of webhooks to claim. */
  readonly limit: number;
}

/** The next thing that a server waits for. */
export interface WebhookOutlook {
  /** Differs once an event was announced or a webhook was changed. */
  readonly mark: string;
  /** Milliseconds until a failed webhook is due or a claim expires; null if there is none. */
  readonly dueInMs: number | null;
}

/** An event that is due at a webhook. */
export interface DueEvent {
  readonly webhook: Webhook;
  /** The secret, and the one before it while it still signs. */
  readonly secrets: readonly [string, ...string[]];
  readonly run: Run;
  readonly event: AnnouncedEvent;
  /** Cursor after the event. */
  readonly cursor: number;
}

/** Outcome of an attempt to deliver an event. */
export type Settlement =
  | { readonly kind: "delivered"; readonly cursor: number }
  | {
    readonly kind: "failed";
    readonly error: string;
    readonly pauseMs: number;
    /** Time from the first failure after which the webhook is disabled. */
    readonly giveUpMs: number;
  }
  | { readonly kind: "gone"; readonly error: string };

/** Number of webhooks by their state, for metrics. */
export interface WebhookCounts {
  readonly active: number;
  readonly failing: number;
  readonly disabled: number;
}

/** The store of webhooks. */
export interface WebhookStore {
  /**
   * Creates a webhook.
   *
   * @returns undefined if there is no such run
   * @throws {TooManyWebhooksError} if there are as many as may be
   */
  create(webhook: NewWebhook): Promise<Webhook | undefined>;
  /** Lists all webhooks, the oldest first. */
  list(): Promise<readonly Webhook[]>;
  /** Finds a webhook with its secrets. */
  find(id: string): Promise<Pick<DueEvent, "webhook" | "secrets"> | undefined>;
  /** Counts the events that a webhook still has to deliver. */
  pending(id: string): Promise<number>;
  /**
   * Changes a webhook. One that is enabled again, or whose address changes, is tried at once; it goes on with the event
   * that it stopped at.
   *
   * @returns undefined if there is no such webhook
   */
  update(id: string, change: WebhookChange): Promise<Webhook | undefined>;
  /**
   * Replaces the secret.
   *
   * @param keepMs time for which the old secret still signs, beside the new one
   * @returns undefined if there is no such webhook
   */
  rotate(id: string, secret: string, keepMs: number): Promise<Webhook | undefined>;
  /** Deletes a webhook; false if there is no such. */
  delete(id: string): Promise<boolean>;

  /** Claims webhooks that have something to deliver now and that no other server delivers. */
  claim(options: ClaimWebhooksOptions): Promise<readonly WebhookClaim[]>;
  /**
   * Reads the next event of a claimed webhook as it is now, and renews the claim.
   *
   * @returns undefined if there is none, the webhook was disabled or deleted, or the claim is lost: then it has ended
   */
  next(claim: WebhookClaim, leaseMs: number): Promise<DueEvent | undefined>;
  /**
   * Stores the outcome of an attempt. After a failure, the claim has ended.
   *
   * @returns the webhook after it; undefined if the claim is lost or the webhook was deleted
   */
  settle(claim: WebhookClaim, settlement: Settlement): Promise<Webhook | undefined>;
  /** Ends a claim early. */
  release(claim: WebhookClaim): Promise<void>;
  /** Reads what a server waits for; undefined if no webhook is enabled. */
  outlook(): Promise<WebhookOutlook | undefined>;
  count(): Promise<WebhookCounts>;
}
