/** Finds what a webhook has to deliver, from its cursor in the log of its run or in the announcements of all. */
import type { Kysely } from "kysely";
import type { AnnouncedEvent, AnnouncedType } from "../../../log/announced.ts";
import { decodeEvent } from "../../../log/codec.ts";
import { toEvent } from "../read_events.ts";
import { toRun } from "../rows.ts";
import type { DueEvent } from "../../webhook_store.ts";
import type { Tables, WebhookRow } from "../tables.ts";
import { eventsOf } from "./rows.ts";

/** Position of an event: its run, its seq there, and the cursor after it. */
export interface NextPosition {
  /** runs.number */
  readonly run: number;
  readonly seq: number;
  readonly cursor: number;
}

type Cursor = Pick<WebhookRow, "run" | "events" | "cursor">;

/** Finds the next event of a webhook; undefined if there is none yet. */
export async function nextPosition(
  db: Kysely<Tables>,
  webhook: Cursor,
): Promise<NextPosition | undefined> {
  const { run, cursor } = webhook;
  if (run === null) {
    return await db.selectFrom("announcements").select(["run", "seq", "number as cursor"])
      .where("number", ">", cursor).where("type", "in", eventsOf(webhook))
      .orderBy("number").limit(1).executeTakeFirst();
  }
  // One look into an index per type: logs are long, and few of their events are announced.
  const seqs: number[] = [];
  for (const type of eventsOf(webhook)) {
    const seq = await firstOf(db, run, cursor, type);
    if (seq !== undefined) seqs.push(seq);
  }
  if (seqs.length === 0) return undefined;
  const seq = Math.min(...seqs);
  return { run, seq, cursor: seq };
}

/**
 * Looks ahead for many webhooks: of those that wait for the same events, each is not looked up again.
 *
 * @returns whether a webhook has something to deliver
 */
export function lookAhead(
  db: Kysely<Tables>,
  webhooks: readonly Cursor[],
): (webhook: Cursor) => Promise<boolean> {
  const from = Math.min(...webhooks.flatMap(({ run, cursor }) => run === null ? [cursor] : []));
  let announced: Promise<ReadonlyMap<string, number>> | undefined;
  const logged = new Map<string, Promise<number>>();

  async function last(run: number | null, type: AnnouncedType): Promise<number> {
    if (run === null) return (await (announced ??= lastAnnounced(db, from))).get(type) ?? 0;
    const key = `${run} ${type}`;
    const seq = logged.get(key) ?? lastOf(db, run, type);
    logged.set(key, seq);
    return await seq;
  }
  return async (webhook) => {
    for (const type of eventsOf(webhook)) {
      if (await last(webhook.run, type) > webhook.cursor) return true;
    }
    return false;
  };
}

/** Returns the number of the last announcement of each type that has one after another number. */
async function lastAnnounced(
  db: Kysely<Tables>,
  after: number,
): Promise<ReadonlyMap<string, number>> {
  const rows = await db.selectFrom("announcements")
    .select((build) => ["type", build.fn.max("number").as("last")])
    .where("number", ">", after).groupBy("type").execute();
  return new Map(rows.map(({ type, last }) => [type, Number(last)]));
}

/** Returns the seq of the last event of a type in a run's log, 0 if there is none. */
async function lastOf(db: Kysely<Tables>, run: number, type: AnnouncedType): Promise<number> {
  const row = await db.selectFrom("events").select("seq").where("run", "=", run)
    .where("type", "=", type).orderBy("seq", "desc").limit(1).executeTakeFirst();
  return row?.seq ?? 0;
}

async function firstOf(
  db: Kysely<Tables>,
  run: number,
  after: number,
  type: AnnouncedType,
): Promise<number | undefined> {
  const row = await db.selectFrom("events").select("seq").where("run", "=", run)
    .where("type", "=", type).where("seq", ">", after).orderBy("seq").limit(1).executeTakeFirst();
  return row?.seq;
}

/** Reads the event at a position with its run; undefined if the run was deleted meanwhile. */
export async function readPosition(
  db: Kysely<Tables>,
  { run: number, seq, cursor }: NextPosition,
): Promise<Pick<DueEvent, "run" | "event" | "cursor"> | undefined> {
  const row = await db.selectFrom("runs").selectAll().where("number", "=", number)
    .executeTakeFirst();
  const found = await db.selectFrom("events").select(["at", "body"])
    .where("run", "=", number).where("seq", "=", seq).executeTakeFirst();
  if (!row || !found) return undefined;
  const event = toEvent(row.id, seq, found.at, decodeEvent(found.body)) as AnnouncedEvent;
  return { run: toRun(row), event, cursor };
}

/** Counts the events that a webhook still has to deliver. */
export async function countPending(db: Kysely<Tables>, webhook: Cursor): Promise<number> {
  const { run, cursor } = webhook;
  const types = eventsOf(webhook);
  const { pending } = run === null
    ? await db.selectFrom("announcements")
      .select((build) => build.fn.countAll<number>().as("pending"))
      .where("number", ">", cursor).where("type", "in", types).executeTakeFirstOrThrow()
    : await db.selectFrom("events").select((build) => build.fn.countAll<number>().as("pending"))
      .where("run", "=", run).where("seq", ">", cursor).where("type", "in", types)
      .executeTakeFirstOrThrow();
  return Number(pending);
}
