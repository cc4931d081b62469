/** Claims of webhooks by servers, and the outcomes of their attempts. */
import { type ExpressionBuilder, type Kysely, type RawBuilder, sql } from "kysely";
import type {
  ClaimWebhooksOptions,
  DueEvent,
  Settlement,
  Webhook,
  WebhookClaim,
  WebhookCounts,
  WebhookOutlook,
} from "../../webhook_store.ts";
import { sum } from "../../../../lib/sum.ts";
import { MAX_ATTEMPT_PAUSE_MS } from "../../../timeouts.ts";
import type { SqlEngine } from "../engine.ts";
import { leaseFrom, leaseHolds, NO_LEASE } from "../leases.ts";
import type { Tables, WebhookRow } from "../tables.ts";
import { type Database, transact } from "../transact.ts";
import { lastAnnouncement } from "./announce.ts";
import { lookAhead, nextPosition, readPosition } from "./next_event.ts";
import { secretsOf, toWebhook } from "./rows.ts";
import { findWebhook, FRESH, selectWebhooks } from "./settings.ts";

/** Announcements by which a cursor may stay behind while none of them is for its webhook. */
const LAG = 100;

/** Claims webhooks that have something to deliver now, first those that were not tried for the longest time. */
export async function claimWebhooks(
  database: Database,
  { leaseMs, limit }: ClaimWebhooksOptions,
): Promise<readonly WebhookClaim[]> {
  const { db, engine } = database;
  // Most of the time there is nothing to claim: looking takes no lock.
  const last = await lastAnnouncement(db);
  const due: number[] = [];
  const waiting = await selectDue(db, engine, last).execute();
  const hasNext = lookAhead(db, waiting);
  for (const row of waiting) {
    if (due.length < limit && (await hasNext(row) || isStale(row, last))) {
      due.push(row.number);
    }
  }
  if (due.length === 0) return [];
  return await transact(database, async ({ transaction }) => {
    const free = await engine.lock(
      selectDue(transaction, engine, last).where("number", "in", due),
      "skip",
    ).execute();
    const claims: WebhookClaim[] = [];
    for (const row of free) {
      const change = transaction.updateTable("webhooks").where("number", "=", row.number);
      if (await nextPosition(transaction, row)) {
        const token = crypto.randomUUID();
        await change.set({ lease_owner: token, ...leaseFrom(row.now, leaseMs) }).execute();
        claims.push({ id: row.id, token });
      } else if (isStale(row, last)) {
        const cursor = row.run === null ? Math.max(row.cursor, last) : row.cursor;
        await change.set({ ...FRESH, ...NO_LEASE, cursor }).execute();
      }
    }
    return claims;
  });
}

/** Selects webhooks that may be claimed. Of one for a single run, the cursor is in the run's log. */
function selectDue(db: Kysely<Tables>, engine: SqlEngine, last: number) {
  return db.selectFrom("webhooks").selectAll().select(engine.now.as("now")).where(isDue(engine))
    .where((build) =>
      build.or([
        build("run", "is not", null),
        build("cursor", "<", last),
        build("attempts", ">", 0),
        build("lease_owner", "is not", null),
      ])
    )
    .orderBy((build) => build.fn.coalesce("last_attempt_at", sql<number>`0`)).orderBy("number");
}

/**
 * Returns whether a webhook with nothing to deliver is to be put in order: the event that failed was deleted with its
 * run, its server died, or so many announcements are not for it that skipping them is cheaper than reading them again.
 */
function isStale({ run, cursor, attempts, lease_owner }: WebhookRow, last: number): boolean {
  return attempts > 0 || lease_owner !== null || run === null && last - cursor > LAG;
}

/** Reads the next event of a claimed webhook and renews the claim, or ends it if there is nothing to deliver. */
export async function nextDue(
  { db, engine }: Database,
  claim: WebhookClaim,
  leaseMs: number,
): Promise<DueEvent | undefined> {
  const row = await selectWebhooks(db, engine).where("webhooks.id", "=", claim.id)
    .where("webhooks.lease_owner", "=", claim.token).where("disabled", "is", null)
    .executeTakeFirst();
  const position = row && await nextPosition(db, row);
  const due = position && await readPosition(db, position);
  if (!row || !due) {
    await releaseClaim({ db, engine }, claim);
    return undefined;
  }
  const renewed = await db.updateTable("webhooks").set({
    lease_until: sql<number>`${engine.now} + ${leaseMs}`,
    lease_ms: leaseMs,
  }).where("id", "=", claim.id).where("lease_owner", "=", claim.token).executeTakeFirst();
  if (renewed.numUpdatedRows === 0n) return undefined;
  return { webhook: toWebhook(row), secrets: secretsOf(row), ...due };
}

/** Stores the outcome of an attempt; undefined if the claim is lost. */
export async function settleClaim(
  database: Database,
  { id, token }: WebhookClaim,
  settlement: Settlement,
): Promise<Webhook | undefined> {
  const { db, engine } = database;
  const now = sql<number>`${engine.now}`;
  const { numUpdatedRows } = await db.updateTable("webhooks")
    .set({ last_attempt_at: now, ...outcomeOf(settlement, now) })
    .where("id", "=", id).where("lease_owner", "=", token).executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) return undefined;
  const row = await findWebhook(db, engine, id);
  return row && toWebhook(row);
}

function outcomeOf(settlement: Settlement, now: RawBuilder<number>) {
  switch (settlement.kind) {
    case "delivered":
      return {
        cursor: settlement.cursor,
        delivered: sql<number>`delivered + 1`,
        last_delivered_at: now,
        ...{ attempts: 0, failing_since: null, next_attempt_at: 0, last_error: null },
      };
    case "failed": {
      const { error, pauseMs, giveUpMs } = settlement;
      return {
        ...NO_LEASE,
        attempts: sql<number>`attempts + 1`,
        failing_since: sql<number>`coalesce(failing_since, ${now})`,
        next_attempt_at: sql<number>`${now} + ${Math.round(pauseMs)}`,
        last_error: error,
        disabled: sql<"failing" | null>`case
          when disabled is null and ${now} - coalesce(failing_since, ${now}) >= ${giveUpMs}
          then 'failing' else disabled end`,
      };
    }
    case "gone":
      return {
        ...NO_LEASE,
        attempts: sql<number>`attempts + 1`,
        failing_since: sql<number>`coalesce(failing_since, ${now})`,
        last_error: settlement.error,
        disabled: "gone",
      } as const;
    default:
      return settlement satisfies never;
  }
}

/** Ends a claim. */
export async function releaseClaim(
  { db }: Database,
  { id, token }: WebhookClaim,
): Promise<void> {
  await db.updateTable("webhooks").set(NO_LEASE).where("id", "=", id)
    .where("lease_owner", "=", token).execute();
}

/** Reads what a server waits for; undefined if no webhook is enabled. */
export async function readOutlook({ db, engine }: Database): Promise<WebhookOutlook | undefined> {
  const rows = await db.selectFrom("webhooks")
    .select(["number", "revision", "next_attempt_at", "lease_owner", "lease_until"])
    .select(engine.now.as("now")).where("disabled", "is", null).execute();
  if (rows.length === 0) return undefined;
  const times = rows.flatMap(({ next_attempt_at, lease_owner, lease_until, now }) => {
    const dueAt = lease_owner === null ? next_attempt_at : lease_until;
    return dueAt === 0 ? [] : [Math.max(0, dueAt - now)];
  });
  const changes = sum(rows.map(({ revision }) => revision));
  return {
    mark: [await lastAnnouncement(db), rows.length, sum(rows.map(({ number }) => number)), changes]
      .join(" "),
    dueInMs: times.length === 0 ? null : Math.min(...times),
  };
}

/** Counts webhooks by their state. */
export async function countWebhooks({ db }: Database): Promise<WebhookCounts> {
  const rows = await db.selectFrom("webhooks").select(["disabled", "attempts"]).execute();
  const enabled = rows.filter(({ disabled }) => disabled === null);
  const failing = enabled.filter(({ attempts }) => attempts > 0).length;
  return {
    active: enabled.length - failing,
    failing,
    disabled: rows.length - enabled.length,
  };
}

/** Builds the condition that a webhook may be claimed and is not in a pause. */
function isDue(engine: SqlEngine) {
  const { now } = engine;
  return (build: ExpressionBuilder<Tables, "webhooks">) =>
    build.and([
      build("disabled", "is", null),
      build.not(leaseHolds(engine)),
      build.or([
        build("next_attempt_at", "<=", now),
        build("next_attempt_at", ">", sql<number>`${now} + ${sql.lit(MAX_ATTEMPT_PAUSE_MS)}`),
      ]),
    ]);
}
