/** Reads the log of a run. */
import type { Kysely } from "kysely";
import { decodeEvent } from "../codec.ts";
import type { RunEvent, RunEventBody } from "../event.ts";
import type { ReadOptions } from "../store.ts";
import { toKey, toTime } from "./rows.ts";
import type { Tables } from "./tables.ts";

/** Events of a run in the order of the log; none if there is no such run. */
export async function readEvents(
  db: Kysely<Tables>,
  runId: string,
  { afterSeq, beforeSeq, limit, last = false, types, afterStep }: ReadOptions,
): Promise<readonly RunEvent[]> {
  const run = db.selectFrom("runs").select("number").where("id", "=", toKey(runId));
  let query = db.selectFrom("events").select(["seq", "at", "body"])
    .where("run", "=", run).where("seq", ">", afterSeq).orderBy("seq", last ? "desc" : "asc")
    .limit(limit);
  if (beforeSeq !== undefined) query = query.where("seq", "<", beforeSeq);
  const [type, ...others] = types ?? [];
  if (type !== undefined) {
    query = others.length === 0
      ? query.where("type", "=", type)
      : query.where("type", "in", [type, ...others]);
  }
  if (afterStep !== undefined) {
    // Steps are in the log in their order: the first event that tells of a later step is where to start.
    const start = db.selectFrom("events").select("seq").where("run", "=", run)
      .where("last_step", ">", afterStep).orderBy("last_step").limit(1);
    query = type === "batches" && others.length === 0
      ? query.where("seq", ">=", start)
      : query.where((build) =>
        build.or([build("last_step", "is", null), build("seq", ">=", start)])
      );
  }
  const rows = await query.execute();
  if (last) rows.reverse();
  return rows.map((row) => toEvent(runId, row.seq, row.at, decodeEvent(row.body)));
}

/** @param at milliseconds since 1970 */
export function toEvent(runId: string, seq: number, at: number, body: RunEventBody): RunEvent {
  return { ...body, seq, runId, at: toTime(at) };
}
