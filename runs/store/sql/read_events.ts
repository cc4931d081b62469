/** Reads the log of a run. */
import type { Kysely } from "kysely";
import { decodeEvent } from "../../log/codec.ts";
import type { RunEvent, RunEventBody, RunEventType } from "../../log/event.ts";
import type { ReadOptions } from "../store.ts";
import { toKey, toTime } from "./rows.ts";
import type { Tables } from "./tables.ts";

/** Reads events of a run in order of seq; none if there is no such run. */
export async function readEvents(
  db: Kysely<Tables>,
  runId: string,
  options: ReadOptions,
): Promise<readonly RunEvent[]> {
  const { limit, last = false, types = [] } = options;
  const [first, ...others] = types.length === 0 ? [undefined] : new Set(types);
  const part = (type: RunEventType | undefined) => eventsOf(db, runId, options, type);
  const partOfMany = (type: RunEventType | undefined) =>
    db.selectFrom(part(type).as("found")).selectAll();
  const query = others.length === 0
    ? part(first)
    // One query per type: only matching rows of a long log are read.
    : others.reduce((all, type) => all.unionAll(partOfMany(type)), partOfMany(first))
      .orderBy("seq", last ? "desc" : "asc").limit(limit);
  const rows = await query.execute();
  if (last) rows.reverse();
  return rows.map((row) => toEvent(runId, row.seq, row.at, decodeEvent(row.body)));
}

/** Reads the first or last events of one type or of all. */
function eventsOf(
  db: Kysely<Tables>,
  runId: string,
  { afterSeq, beforeSeq, limit, last = false, afterStep }: ReadOptions,
  type: RunEventType | undefined,
) {
  const run = db.selectFrom("runs").select("number").where("id", "=", toKey(runId));
  let query = db.selectFrom("events").select(["seq", "at", "body"])
    .where("run", "=", run).where("seq", ">", afterSeq).orderBy("seq", last ? "desc" : "asc")
    .limit(limit);
  if (beforeSeq !== undefined) query = query.where("seq", "<", beforeSeq);
  if (type !== undefined) query = query.where("type", "=", type);
  if (afterStep !== undefined && (type === undefined || type === "batches")) {
    // Steps are logged in order: start at the first event that reports a later step.
    const start = db.selectFrom("events").select("seq").where("run", "=", run)
      .where("last_step", ">", afterStep).orderBy("last_step").limit(1);
    query = type === "batches"
      ? query.where("seq", ">=", start)
      : query.where((build) =>
        build.or([build("last_step", "is", null), build("seq", ">=", start)])
      );
  }
  return query;
}

/** @param at milliseconds since 1970 */
export function toEvent(runId: string, seq: number, at: number, body: RunEventBody): RunEvent {
  return { ...body, seq, runId, at: toTime(at) };
}
