/** The store of webhooks in SQL. */
import type { WebhookStore } from "../../webhook_store.ts";
import type { Database } from "../transact.ts";
import {
  claimWebhooks,
  countWebhooks,
  nextDue,
  readOutlook,
  releaseClaim,
  settleClaim,
} from "./claims.ts";
import { countPending } from "./next_event.ts";
import { secretsOf, toWebhook } from "./rows.ts";
import {
  createWebhook,
  deleteWebhook,
  findWebhook,
  rotateSecret,
  selectWebhooks,
  updateWebhook,
} from "./settings.ts";

/**
 * Creates the store of webhooks on a database that has its tables.
 *
 * @param explain translates the database's errors for people
 */
export function createWebhookStore(
  database: Database,
  explain: <T>(work: Promise<T>) => Promise<T>,
): WebhookStore {
  const { db, engine } = database;
  return {
    create: (webhook) => explain(createWebhook(database, webhook)),
    list: () => explain(listAll()),
    find: (id) => explain(find(id)),
    pending: (id) => explain(pending(id)),
    update: (id, change) => explain(updateWebhook(database, id, change)),
    rotate: (id, secret, keepMs) => explain(rotateSecret(database, id, secret, keepMs)),
    delete: (id) => explain(deleteWebhook(database, id)),
    claim: (options) => explain(claimWebhooks(database, options)),
    next: (claim, leaseMs) => explain(nextDue(database, claim, leaseMs)),
    settle: (claim, settlement) => explain(settleClaim(database, claim, settlement)),
    release: (claim) => explain(releaseClaim(database, claim)),
    outlook: () => explain(readOutlook(database)),
    count: () => explain(countWebhooks(database)),
  };

  async function listAll() {
    const rows = await selectWebhooks(db, engine).orderBy("webhooks.number").execute();
    return rows.map(toWebhook);
  }

  async function find(id: string) {
    const row = await findWebhook(db, engine, id);
    return row && { webhook: toWebhook(row), secrets: secretsOf(row) };
  }

  async function pending(id: string) {
    const row = await findWebhook(db, engine, id);
    return row ? await countPending(db, row) : 0;
  }
}
