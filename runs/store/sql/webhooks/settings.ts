/** Settings of webhooks, as clients create, list, change and delete them. */
import { type Kysely, sql, type Updateable } from "kysely";
import { TooManyWebhooksError } from "../../errors.ts";
import {
  ANNOUNCEMENTS,
  type NewWebhook,
  type Webhook,
  type WebhookChange,
} from "../../webhook_store.ts";
import type { SqlEngine } from "../engine.ts";
import { NO_LEASE } from "../leases.ts";
import { toKey } from "../rows.ts";
import type { Tables, WebhooksTable } from "../tables.ts";
import { type Database, transact } from "../transact.ts";
import { lastAnnouncement } from "./announce.ts";
import { type FoundWebhook, toWebhook } from "./rows.ts";

/** State of a webhook that is tried at once. */
export const FRESH = {
  attempts: 0,
  failing_since: null,
  next_attempt_at: 0,
  last_error: null,
} as const;

/** Selects webhooks with the ids of their runs. */
export function selectWebhooks(db: Kysely<Tables>, { now }: SqlEngine) {
  return db.selectFrom("webhooks").leftJoin("runs", "runs.number", "webhooks.run")
    .selectAll("webhooks").select(["runs.id as run_id", now.as("now")]);
}

/** Finds a webhook. */
export function findWebhook(
  db: Kysely<Tables>,
  engine: SqlEngine,
  id: string,
): Promise<FoundWebhook | undefined> {
  return selectWebhooks(db, engine).where("webhooks.id", "=", toKey(id)).executeTakeFirst();
}

/**
 * Creates a webhook.
 *
 * @returns undefined if there is no such run
 * @throws {TooManyWebhooksError} if there are as many as may be
 */
export function createWebhook(
  database: Database,
  { url, runId, events, createdBy, secret, afterSeq, max }: NewWebhook,
): Promise<Webhook | undefined> {
  const { engine } = database;
  return transact(database, async ({ transaction, topics }) => {
    // Two at a time could exceed the limit together.
    await engine.orderChanges(transaction);
    const { existing } = await transaction.selectFrom("webhooks")
      .select((build) => build.fn.countAll<number>().as("existing")).executeTakeFirstOrThrow();
    if (Number(existing) >= max) {
      throw new TooManyWebhooksError(
        `Cannot create a webhook: there must be at most ${max}, got ${existing} already. ` +
          "Delete one that is not needed any more.",
      );
    }
    const run = runId === null ? null : await transaction.selectFrom("runs").select("number")
      .where("id", "=", toKey(runId)).executeTakeFirst();
    if (run === undefined) return undefined;
    const id = `wh_${crypto.randomUUID().replaceAll("-", "")}`;
    await transaction.insertInto("webhooks").values({
      id,
      url,
      run: run?.number ?? null,
      events: JSON.stringify(events),
      secret,
      old_secret: null,
      old_secret_until: 0,
      created_by: createdBy,
      created_at: sql<number>`${engine.now}`,
      revision: 0,
      disabled: null,
      cursor: run ? afterSeq : await lastAnnouncement(transaction),
      delivered: 0,
      last_delivered_at: null,
      last_attempt_at: null,
      ...FRESH,
      ...NO_LEASE,
    }).execute();
    topics.add(ANNOUNCEMENTS);
    const created = await findWebhook(transaction, engine, id);
    return created && toWebhook(created);
  });
}

/** Changes a webhook; undefined if there is no such. */
export function updateWebhook(
  database: Database,
  id: string,
  { url, events, isEnabled }: WebhookChange,
): Promise<Webhook | undefined> {
  return changeWebhook(database, id, (row) => {
    const isTriedAgain = url !== undefined && url !== row.url ||
      isEnabled === true && row.disabled !== null;
    return {
      ...(url === undefined ? {} : { url }),
      ...(events === undefined ? {} : { events: JSON.stringify(events) }),
      ...(isTriedAgain ? FRESH : {}),
      ...(isEnabled === true ? { disabled: null } : {}),
      ...(isEnabled === false ? { disabled: row.disabled ?? "client" } : {}),
    };
  });
}

/** Replaces the secret of a webhook; undefined if there is no such. */
export function rotateSecret(
  database: Database,
  id: string,
  secret: string,
  keepMs: number,
): Promise<Webhook | undefined> {
  return changeWebhook(database, id, (row) => ({
    secret,
    old_secret: row.secret,
    old_secret_until: row.now + keepMs,
  }));
}

function changeWebhook(
  database: Database,
  id: string,
  changeOf: (row: FoundWebhook) => Updateable<WebhooksTable>,
): Promise<Webhook | undefined> {
  const { engine } = database;
  return transact(database, async ({ transaction, topics }) => {
    const row = await findWebhook(transaction, engine, id);
    if (!row) return undefined;
    await transaction.updateTable("webhooks")
      .set({ ...changeOf(row), revision: row.revision + 1 }).where("number", "=", row.number)
      .execute();
    topics.add(ANNOUNCEMENTS);
    const changed = await findWebhook(transaction, engine, id);
    return changed && toWebhook(changed);
  });
}

/** Deletes a webhook, and the announcements with the last one; false if there is no such. */
export function deleteWebhook(database: Database, id: string): Promise<boolean> {
  return transact(database, async ({ transaction }) => {
    const { numDeletedRows } = await transaction.deleteFrom("webhooks")
      .where("id", "=", toKey(id)).executeTakeFirstOrThrow();
    const isNeeded = await transaction.selectFrom("webhooks").select("number").limit(1)
      .executeTakeFirst();
    if (!isNeeded) await transaction.deleteFrom("announcements").execute();
    return numDeletedRows > 0n;
  });
}
