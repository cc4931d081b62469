/**
 * The store of runs in SQL: everything that databases have in common. What differs is an SqlEngine (sql_engine.ts).
 *
 * Every write locks the run's row first, so that the writes to one run happen one after the other: a reader
 * that sees an event sees all events before it.
 */
import { DEVICES } from "../../../ml/spec/spec.ts";
import { checkpointNameEvents } from "../../log/checkpoint_name.ts";
import { toJson } from "../../log/codec.ts";
import { descriptionEvents } from "../../log/description.ts";
import { ConflictError } from "../../log/errors.ts";
import { type RunEventBody, traced } from "../../log/event.ts";
import type { Run } from "../../log/run.ts";
import { EMPTY_SNAPSHOT } from "../../log/snapshot.ts";
import { isFinished } from "../../log/state.ts";
import { RESERVATION_MS } from "../../timeouts.ts";
import { supportedDevices } from "../placement.ts";
import { type Claim, type ClaimOptions, type RunStore, STATE_CHANGES } from "../store.ts";
import { appendTo, HELD, type LockedRun, type Writing } from "./append.ts";
import type { SqlEngine } from "./engine.ts";
import { listRuns } from "./list_runs.ts";
import { listTags } from "./list_tags.ts";
import { type Condition, oldestOf, queuesOf } from "./queue.ts";
import { readEvents } from "./read_events.ts";
import { fenced, mustHaveRoom } from "./refusals.ts";
import { leaseExpiredReason, requestEvents } from "./requests.ts";
import { parseSnapshot, toKey, toRun } from "./rows.ts";
import type { Tables } from "./tables.ts";
import { listWorkers, readOverview, registerWorker } from "./workers.ts";
import { type Kysely, sql, type Transaction } from "kysely";

/** Events that one statement deletes. */
const DELETED_EVENTS = 50_000;

/** A store on a database whose tables are there. */
// deno-lint-ignore house/max-function-lines -- a record of the contract's functions
export function createSqlStore(db: Kysely<Tables>, engine: SqlEngine): RunStore {
  return {
    create: ({ name, spec, idempotencyKey, starter, worker, traceparent }) =>
      write(async (writing) => {
        const { transaction } = writing;
        const { rows: [clock] } = await sql<{ now: number }>`select ${engine.now} as now`
          .execute(transaction);
        const now = clock?.now ?? 0;
        const inserted = await transaction.insertInto("runs").values({
          id: crypto.randomUUID(),
          name,
          spec: JSON.stringify(spec),
          device: spec.device,
          idempotency_key: idempotencyKey ?? null,
          started_by: starter?.name ?? null,
          created_at: now,
          snapshot: toJson(EMPTY_SNAPSHOT),
          state: EMPTY_SNAPSHOT.state,
          lease_owner: worker ?? null,
          lease_until: worker === undefined ? 0 : now + RESERVATION_MS,
          fence: 0,
          appends: 0,
        }).onConflict((conflict) => conflict.column("idempotency_key").doNothing())
          .returningAll().executeTakeFirst();
        if (inserted) {
          const row = { ...inserted, now };
          const run = await appendTo(writing, row, [{ type: "queued", ...traced(traceparent) }]);
          if (starter) await mustHaveRoom(transaction, starter);
          return { run, created: true };
        }
        const first = await transaction.selectFrom("runs").selectAll()
          .where("idempotency_key", "=", idempotencyKey ?? null).executeTakeFirstOrThrow();
        return { run: toRun(first), created: false };
      }),

    get: (id) =>
      guard(async () => {
        const row = await db.selectFrom("runs").selectAll().where("id", "=", toKey(id))
          .executeTakeFirst();
        return row && toRun(row);
      }),

    list: (options) => guard(() => listRuns(db, options)),

    tags: ({ first }) => guard(() => listTags(db, first)),

    current: () =>
      guard(async () => {
        const held = await db.selectFrom("runs").selectAll().where("state", "in", HELD)
          .orderBy(sql`lease_until >= ${engine.now}`, "desc").orderBy("number", "desc").limit(1)
          .executeTakeFirst();
        if (held) return toRun(held);
        const [next] = await queuesOf(
          db,
          supportedDevices(await listWorkers(db, engine)),
          (build) => build("state", "in", ["QUEUED", "INTERRUPTED"]),
        );
        const row = next && await db.selectFrom("runs").selectAll()
          .where("number", "=", next.number).executeTakeFirst();
        return row && toRun(row);
      }),

    delete: (id) =>
      write(async ({ transaction, topics }) => {
        const row = await lockRun(transaction, id);
        if (!row) return false;
        if (!isFinished(row.state) && row.state !== "PAUSED") {
          throw new ConflictError(
            `Cannot delete the run '${row.name}': it must be over or paused, got ${row.state}. ` +
              "Cancel it first.",
          );
        }
        // In parts: a statement must not take long, and a log may be.
        const { lastSeq } = parseSnapshot(row);
        for (let seq = DELETED_EVENTS; seq < lastSeq; seq += DELETED_EVENTS) {
          await transaction.deleteFrom("events").where("run", "=", row.number)
            .where("seq", "<=", seq).execute();
        }
        await transaction.deleteFrom("runs").where("number", "=", row.number).execute();
        topics.add(id).add(STATE_CHANGES);
        return true;
      }),

    request: (id, request, options = {}) =>
      appendAsked(id, (row) => requestEvents(request, row, options)),

    describe: (id, description) =>
      appendAsked(id, (row) => descriptionEvents(toRun(row), description)),

    nameCheckpoint: (id, checkpoint) =>
      appendAsked(id, (row) => checkpointNameEvents(toRun(row), checkpoint)),

    read: (runId, options) => guard(() => readEvents(db, runId, options)),

    changes: ({ after, limit }) =>
      guard(async () => {
        const rows = await db.selectFrom("changes").innerJoin("runs", "runs.number", "changes.run")
          .selectAll("runs").select(["changes.change", "changes.snapshot as snapshot_then"])
          .where("changes.change", ">", after).orderBy("changes.change").limit(limit).execute();
        return rows.map((row) => ({
          change: row.change,
          run: toRun({ ...row, snapshot: row.snapshot_then }),
        }));
      }),

    lastChange: () =>
      guard(async () => {
        const row = await db.selectFrom("changes").select("change").orderBy("change", "desc").limit(
          1,
        )
          .executeTakeFirst();
        return row?.change ?? 0;
      }),

    claim: (options) =>
      guard(async () => {
        // Most of the time there is nothing to claim: looking takes no lock.
        const { devices = DEVICES } = options;
        const queues = await queuesOf(db, ["ENDING", ...devices], isFree(options));
        if (queues.length === 0) return undefined;
        return await write(async (writing) => {
          const { transaction } = writing;
          for (const { queue } of queues) {
            const oldest = oldestOf(transaction, queue, isFree(options))
              .selectAll().select(engine.now.as("now"));
            const row = await engine.lock(oldest, "skip").executeTakeFirst();
            if (row) return await claim(writing, row, options);
          }
          return undefined;
        });
      }),

    // A sign of life is nothing that readers wait for.
    renew: ({ run, worker, fence }, leaseMs) =>
      guard(async () => {
        const row = await db.updateTable("runs")
          .set({ lease_until: sql<number>`${engine.now} + ${Math.round(leaseMs)}` })
          .where("id", "=", run.id).where("fence", "=", fence).where("lease_owner", "=", worker)
          .returningAll().executeTakeFirst();
        if (!row) throw fenced(run);
        return toRun(row);
      }),

    append: ({ run, worker, fence }, number, events) =>
      write(async (writing) => {
        const row = await lockRun(writing.transaction, run.id);
        if (row?.fence !== fence) throw fenced(run);
        if (number === row.appends) return toRun(row);
        if (row.lease_owner !== worker) throw fenced(run);
        if (number !== row.appends + 1) {
          throw new RangeError(
            `Cannot append to the run '${run.name}': number must be ${
              row.appends + 1
            }, got ${number}.`,
          );
        }
        return await appendTo(writing, row, events, { appends: number });
      }),

    registerWorker: (worker) => guard(() => registerWorker(db, engine, worker)),

    deregisterWorker: (workerId) =>
      guard(async () => {
        await db.deleteFrom("workers").where("id", "=", workerId).execute();
      }),

    workers: () => guard(() => listWorkers(db, engine)),

    overview: () => guard(() => readOverview(db, engine)),

    mark: engine.mark,
    wait: engine.wait,
    close: engine.close,
  };

  /** Does something with the database; its errors come out in words for people. */
  async function guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw engine.explain(error);
    }
  }

  /** A transaction after which those are woken who wait for what it has written. */
  function write<T>(work: (writing: Writing) => Promise<T>): Promise<T> {
    return guard(async () => {
      const topics = new Set<string>();
      const result = await db.transaction().execute(async (transaction) => {
        const result = await work({ transaction, topics, engine });
        if (topics.size > 0) await engine.notify(transaction, [...topics]);
        return result;
      });
      if (topics.size > 0) engine.wake([...topics]);
      return result;
    });
  }

  async function lockRun(
    transaction: Transaction<Tables>,
    id: string,
  ): Promise<LockedRun | undefined> {
    const query = transaction.selectFrom("runs").selectAll().select(engine.now.as("now"))
      .where("id", "=", toKey(id));
    return await engine.lock(query, "wait").executeTakeFirst();
  }

  /**
   * Appends what a client asks for, which depends on the run as it is, whoever holds it.
   *
   * @param eventsOf none if it is so already
   * @returns the run after it, or undefined if there is no such run
   */
  function appendAsked(
    id: string,
    eventsOf: (row: LockedRun) => readonly RunEventBody[],
  ): Promise<Run | undefined> {
    return write(async (writing) => {
      const row = await lockRun(writing.transaction, id);
      if (!row) return undefined;
      const events = eventsOf(row);
      return events.length === 0 ? toRun(row) : await appendTo(writing, row, events);
    });
  }

  /** Builds the condition that no other worker may have the run. */
  function isFree({ worker, runId }: Pick<ClaimOptions, "worker" | "runId">): Condition {
    return (build) => {
      const isFree = build.or([
        build("lease_until", "<", engine.now),
        // A new run that is kept for this worker.
        build.and([build("state", "=", "QUEUED"), build("lease_owner", "=", worker)]),
      ]);
      return runId === undefined ? isFree : build.and([isFree, build("id", "=", toKey(runId))]);
    };
  }

  async function claim(
    writing: Writing,
    row: LockedRun,
    { worker, leaseMs }: ClaimOptions,
  ): Promise<Claim> {
    const attempt = parseSnapshot(row).attempts + 1;
    const events: RunEventBody[] = [{ type: "claimed", worker, attempt }];
    if (row.state === "RUNNING") {
      events.unshift({ type: "interrupted", reason: leaseExpiredReason(row), crashed: true });
    }
    const fence = row.fence + 1;
    const run = await appendTo(writing, row, events, {
      lease_owner: worker,
      lease_until: row.now + Math.round(leaseMs),
      fence,
      appends: 0,
    });
    return { run, worker, fence };
  }
}
