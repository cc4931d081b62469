/** The rows of runs: created, found and deleted. */
import { sql } from "kysely";
import { parseReference } from "../../../data/reference.ts";
import type { Device } from "../../../ml/spec/spec.ts";
import { toJson } from "../../log/codec.ts";
import { ConflictError } from "../../log/errors.ts";
import { traced } from "../../log/traced.ts";
import type { Run, RunId } from "../../log/run.ts";
import { EMPTY_SNAPSHOT } from "../../log/snapshot.ts";
import { isFinished, stillIn, WAITING_STATES } from "../../log/state.ts";
import { RESERVATION_MS } from "../../timeouts.ts";
import { supportedDevices } from "../placement.ts";
import { type NewRun, STATE_CHANGES } from "../store.ts";
import { appendTo, HELD } from "./append.ts";
import { leaseFrom, leaseHolds, NO_LEASE } from "./leases.ts";
import { queuesOf } from "./queue.ts";
import { mustHaveRoom } from "./refusals.ts";
import { parseSnapshot, toKey, toRun } from "./rows.ts";
import { type Database, lockRun, transact } from "./transact.ts";
import { listWorkers } from "./workers.ts";

/** Events that one statement deletes. */
const DELETED_EVENTS = 50_000;

/** Creates a run and queues it, unless there is one with its idempotency key. */
export function createRun(
  database: Database,
  { id, name, spec, starter, worker, traceparent, ...options }: NewRun,
): Promise<{ readonly run: Run; readonly created: boolean }> {
  const idempotencyKey = options.idempotencyKey ?? null;
  return transact(database, async (writing) => {
    const { transaction, engine } = writing;
    const { rows: [clock] } = await sql<{ now: number }>`select ${engine.now} as now`
      .execute(transaction);
    const now = clock?.now ?? 0;
    const inserted = await transaction.insertInto("runs").values({
      id: id ?? crypto.randomUUID(),
      name: name.normalize("NFC"),
      spec: JSON.stringify(spec),
      device: spec.device,
      dataset: parseReference(spec.dataset).name,
      idempotency_key: idempotencyKey,
      started_by: starter?.name ?? null,
      created_at: now,
      snapshot: toJson(EMPTY_SNAPSHOT),
      state: EMPTY_SNAPSHOT.state,
      ...(worker === undefined
        ? NO_LEASE
        : { lease_owner: worker, ...leaseFrom(now, RESERVATION_MS) }),
      fence: 0,
      appends: 0,
    }).onConflict((conflict) => conflict.column("idempotency_key").doNothing())
      .returningAll().executeTakeFirst();
    if (!inserted) {
      const first = await transaction.selectFrom("runs").selectAll()
        .where("idempotency_key", "=", idempotencyKey).executeTakeFirstOrThrow();
      return { run: toRun(first), created: false };
    }
    const row = { ...inserted, now };
    const run = await appendTo(writing, row, [{ type: "queued", ...traced(traceparent) }]);
    if (starter) await mustHaveRoom(transaction, starter);
    return { run, created: true };
  });
}

/** Finds a run by its id. */
export async function findRun({ db }: Database, id: RunId): Promise<Run | undefined> {
  const row = await db.selectFrom("runs").selectAll().where("id", "=", toKey(id))
    .executeTakeFirst();
  return row && toRun(row);
}

/** Finds the run in training, else the next in the queue that a registered worker has the device for. */
export async function findCurrentRun({ db, engine }: Database): Promise<Run | undefined> {
  const held = await db.selectFrom("runs").selectAll().where("state", "in", HELD)
    .orderBy(leaseHolds(engine), "desc").orderBy("number", "desc").limit(1)
    .executeTakeFirst();
  if (held) return toRun(held);
  const [next] = await queuesOf(
    db,
    supportedDevices(await listWorkers(db, engine)),
    (build) => build("state", "in", WAITING_STATES),
  );
  const row = next && await db.selectFrom("runs").selectAll()
    .where("number", "=", next.number).executeTakeFirst();
  return row && toRun(row);
}

/** Counts the runs of each dataset. */
export async function countByDataset({ db }: Database): Promise<ReadonlyMap<string, number>> {
  const rows = await db.selectFrom("runs").select("dataset")
    .select((build) => build.fn.countAll<number>().as("runs")).groupBy("dataset").execute();
  return new Map(rows.map(({ dataset, runs }) => [dataset, Number(runs)]));
}

/** Counts the waiting runs for one of some devices that were created before a run. */
export async function countAhead(
  { db }: Database,
  id: RunId,
  devices: readonly Device[],
): Promise<number> {
  const { ahead } = await db.selectFrom("runs")
    .select((build) => build.fn.countAll<number>().as("ahead"))
    .where("state", "in", WAITING_STATES).where("device", "in", devices)
    .where(
      "number",
      "<",
      (build) => build.selectFrom("runs").select("number").where("id", "=", toKey(id)),
    )
    .executeTakeFirstOrThrow();
  return Number(ahead);
}

/**
 * Deletes a finished or paused run with its log.
 *
 * @returns false if there is no such run
 * @throws {ConflictError} if it is neither finished nor paused
 */
export function deleteRun(database: Database, id: RunId): Promise<boolean> {
  return transact(database, async (writing) => {
    const { transaction, topics } = writing;
    const row = await lockRun(writing, id);
    if (!row) return false;
    if (!isFinished(row.state) && row.state !== "PAUSED") {
      throw new ConflictError(
        `${stillIn(row.state, row.name)} Cancel it before you delete it.`,
      );
    }
    // Statements are short: a log may be long.
    const { lastSeq } = parseSnapshot(row);
    for (let seq = DELETED_EVENTS; seq < lastSeq; seq += DELETED_EVENTS) {
      await transaction.deleteFrom("events").where("run", "=", row.number)
        .where("seq", "<=", seq).execute();
    }
    await transaction.deleteFrom("runs").where("number", "=", row.number).execute();
    topics.add(id).add(STATE_CHANGES);
    return true;
  });
}

/** Finds the runs that a worker holds. */
export async function findHeldRuns({ db, engine }: Database): Promise<ReadonlySet<RunId>> {
  const rows = await db.selectFrom("runs").select("id").where("state", "in", HELD)
    .where(leaseHolds(engine)).execute();
  return new Set(rows.map(({ id }) => id));
}
