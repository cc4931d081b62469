/** Converts rows of webhooks. */
import type { AnnouncedType } from "../../../log/announced.ts";
import type { Webhook } from "../../webhook_store.ts";
import { toTime } from "../rows.ts";
import type { WebhookRow } from "../tables.ts";

/** A row with the id of its run and the database's time. */
export type FoundWebhook = WebhookRow & { readonly run_id: string | null; readonly now: number };

/** Converts a row to a webhook. */
export function toWebhook(row: FoundWebhook): Webhook {
  const time = (at: number | null) => at === null ? null : toTime(at);
  return {
    id: row.id,
    url: row.url,
    runId: row.run_id,
    events: eventsOf(row),
    createdBy: row.created_by,
    createdAt: toTime(row.created_at),
    disabled: row.disabled,
    delivered: row.delivered,
    lastDeliveredAt: time(row.last_delivered_at),
    lastAttemptAt: time(row.last_attempt_at),
    attempts: row.attempts,
    failingSince: time(row.failing_since),
    nextAttemptAt: row.disabled === null && row.attempts > 0 ? toTime(row.next_attempt_at) : null,
    lastError: row.last_error,
  };
}

/** Returns the types of events that a webhook delivers. */
export function eventsOf({ events }: Pick<WebhookRow, "events">): AnnouncedType[] {
  return JSON.parse(events);
}

/** Returns the secrets that sign now, the newest first. */
export function secretsOf(row: FoundWebhook): readonly [string, ...string[]] {
  const { old_secret, old_secret_until, now } = row;
  return old_secret !== null && old_secret_until > now ? [row.secret, old_secret] : [row.secret];
}
