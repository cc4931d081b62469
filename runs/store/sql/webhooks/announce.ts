/** Puts events that webhooks deliver in one order over all runs, in the transaction that appends them. */
import type { Transaction } from "kysely";
import { isAnnounced } from "../../../log/announced.ts";
import type { RunEventType } from "../../../log/event.ts";
import { ANNOUNCEMENTS } from "../../webhook_store.ts";
import type { SqlEngine } from "../engine.ts";
import type { Tables } from "../tables.ts";

/** A transaction that appends events. */
interface Appending {
  readonly transaction: Transaction<Tables>;
  readonly topics: Set<string>;
  readonly engine: SqlEngine;
}

/** An appended event. */
interface Appended {
  /** runs.number */
  readonly run: number;
  readonly seq: number;
  readonly type: RunEventType;
}

/** Announces the events of one run; nothing is written while no webhook is for it. */
export async function announce(
  { transaction, topics, engine }: Appending,
  events: readonly Appended[],
): Promise<void> {
  const announced = events.flatMap(({ run, seq, type }) =>
    isAnnounced(type) ? [{ run, seq, type }] : []
  );
  const [first] = announced;
  if (!first) return;
  const webhook = await transaction.selectFrom("webhooks").select("number")
    .where((build) => build.or([build("run", "is", null), build("run", "=", first.run)]))
    .limit(1).executeTakeFirst();
  if (!webhook) return;
  await engine.orderChanges(transaction);
  await transaction.insertInto("announcements").values(announced).execute();
  topics.add(ANNOUNCEMENTS);
}

/** Returns the number of the last announcement, 0 if there is none. */
export async function lastAnnouncement(
  db: Pick<Transaction<Tables>, "selectFrom">,
): Promise<number> {
  const row = await db.selectFrom("announcements").select("number")
    .orderBy("number", "desc").limit(1).executeTakeFirst();
  return row?.number ?? 0;
}
