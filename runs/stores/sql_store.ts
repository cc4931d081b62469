/**
 * The store of runs in SQL: everything that databases have in common. What differs is an SqlEngine.
 *
 * Every write locks the run's row first, so that the writes to one run happen one after the other: a reader
 * that sees an event sees all events before it.
 */
import {
  type Kysely,
  type RawBuilder,
  type Selectable,
  type SelectQueryBuilder,
  sql,
  type Transaction,
} from "kysely";
import { DEVICES, InvalidSpecError, LIMITS } from "../../ml/spec.ts";
import { naming } from "../checkpoint_name.ts";
import { decodeEvent, encodeEvent, toJson } from "../codec.ts";
import { describing } from "../description.ts";
import { devicesOf } from "../devices.ts";
import { lastStepOf, type RunEvent, type RunEventBody, type RunEventType } from "../event.ts";
import {
  allows,
  EMPTY_SNAPSHOT,
  epochsOf,
  fold,
  isKept,
  isOver,
  RUN_STATES,
  type RunSnapshot,
  type RunState,
} from "../state.ts";
import {
  type Claim,
  type ClaimOptions,
  ConflictError,
  FencedError,
  type NewRun,
  QueueFullError,
  type ReadOptions,
  type Request,
  type RequestOptions,
  type Run,
  type RunStore,
  STATE_CHANGES,
  type WorkerInfo,
} from "../store.ts";
import { listRuns } from "./list_runs.ts";
import { listTags } from "./list_tags.ts";
import { type Condition, oldestOf, queuesOf } from "./queue.ts";
import { lookupOf, parseSnapshot, toKey, toRun, toTime } from "./rows.ts";
import type { RunRow, Tables, WorkersTable } from "./tables.ts";

/** What differs between databases. */
export interface SqlEngine {
  /** The database's clock: milliseconds since 1970, a whole number. */
  readonly now: RawBuilder<number>;
  /** Locks what a query selects until the transaction ends. `skip`: leaves out what others hold locked. */
  lock<Table extends keyof Tables, Row>(
    query: SelectQueryBuilder<Tables, Table, Row>,
    mode: "wait" | "skip",
  ): SelectQueryBuilder<Tables, Table, Row>;
  /** Makes transactions that number changes of state commit in the order of the numbers. */
  orderChanges(transaction: Transaction<Tables>): Promise<void>;
  /** Tells the readers in other processes, when the transaction commits, what was written. */
  notify(transaction: Transaction<Tables>, topics: readonly string[]): Promise<void>;
  /** What an error of the database means, for people. */
  explain(error: unknown): unknown;
  mark(): number;
  /** Wakes the readers in this process. */
  wake(topics: readonly string[]): void;
  wait(mark: number, signal: AbortSignal, topic?: string): Promise<void>;
  close(): Promise<void>;
}

/** How long a new run is kept for the worker it names. */
const RESERVED_MS = 10_000;

/** A worker that was not heard of for so long is not listed. */
const SILENT_MS = 10_000;

/** Workers that died without a word are forgotten after a day. */
const FORGOTTEN_MS = 86_400_000;

/** Rows of one insert statement: databases limit the number of parameters. */
const INSERTED_ROWS = 500;

/** Events that one statement deletes. */
const DELETED_EVENTS = 50_000;

/** States in which a worker is to hold the run. */
const HELD: readonly RunState[] = ["RUNNING", "PAUSING", "CANCELLING"];

/** Events that are changes, though the state stays as it is. */
const NEWS: readonly RunEventType[] = [
  "queued",
  "renamed",
  "tagged",
  "noted",
  "checkpointNamed",
];

/** Events after which a run is found or sorted by something else. */
const LOOKED_UP: readonly RunEventType[] = ["queued", "epoch", "renamed", "tagged", "noted"];

/** A run's row within a transaction that has locked it, and the time. */
type LockedRun = RunRow & { readonly now: number };

/** What a transaction has written, for those who wait for it. */
type Topics = Set<string>;

/** What an append does to the lease. */
type LeaseChange = Partial<
  Pick<RunRow, "lease_owner" | "lease_until" | "fence" | "appends">
>;

/** A store on a database whose tables are there. */
export function createSqlStore(db: Kysely<Tables>, engine: SqlEngine): RunStore {
  return {
    create: ({ name, spec, idempotencyKey, starter, worker }) =>
      write(async (transaction, topics) => {
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
          lease_until: worker === undefined ? 0 : now + RESERVED_MS,
          fence: 0,
          appends: 0,
        }).onConflict((conflict) => conflict.column("idempotency_key").doNothing())
          .returningAll().executeTakeFirst();
        if (inserted) {
          const row = { ...inserted, now };
          const run = await appendTo(transaction, topics, row, [{ type: "queued" }]);
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
          devicesOf(await readWorkers()),
          (build) => build("state", "in", ["QUEUED", "INTERRUPTED"]),
        );
        const row = next && await db.selectFrom("runs").selectAll()
          .where("number", "=", next.number).executeTakeFirst();
        return row && toRun(row);
      }),

    delete: (id) =>
      write(async (transaction, topics) => {
        const row = await lockRun(transaction, id);
        if (!row) return false;
        if (!isOver(row.state) && row.state !== "PAUSED") {
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

    request: (id, request, options = {}) => appendAsked(id, (row) => answer(request, row, options)),

    describe: (id, description) => appendAsked(id, (row) => describing(toRun(row), description)),

    nameCheckpoint: (id, checkpoint) => appendAsked(id, (row) => naming(toRun(row), checkpoint)),

    read: (runId, options) => guard(() => readEvents(runId, options)),

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
        return await write(async (transaction, topics) => {
          for (const { queue } of queues) {
            const oldest = oldestOf(transaction, queue, isFree(options))
              .selectAll().select(engine.now.as("now"));
            const row = await engine.lock(oldest, "skip").executeTakeFirst();
            if (row) return await claim(transaction, topics, row, options);
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
      write(async (transaction, topics) => {
        const row = await lockRun(transaction, run.id);
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
        return await appendTo(transaction, topics, row, events, { appends: number });
      }),

    announce: ({ id, ...info }) =>
      guard(async () => {
        const values = { seen_at: sql<number>`${engine.now}`, info: JSON.stringify(info) };
        await db.insertInto("workers").values({ id, ...values })
          .onConflict((conflict) => conflict.column("id").doUpdateSet(values)).execute();
        await db.deleteFrom("workers")
          .where("seen_at", "<", sql<number>`${engine.now} - ${sql.lit(FORGOTTEN_MS)}`).execute();
      }),

    dismiss: (workerId) =>
      guard(async () => {
        await db.deleteFrom("workers").where("id", "=", workerId).execute();
      }),

    workers: () => guard(readWorkers),

    overview: () =>
      guard(async () => {
        const [counts, workers] = await Promise.all([
          db.selectFrom("runs").select(["state", db.fn.countAll<number>().as("count")])
            .groupBy("state").execute(),
          db.selectFrom("workers").selectAll().select(engine.now.as("now")).execute(),
        ]);
        const runs = Object.fromEntries(
          RUN_STATES.map((state) => [state, 0]),
        ) as Record<RunState, number>;
        for (const { state, count } of counts) runs[state] = count;
        return {
          runs,
          workers: workers.map((row) => {
            const silent = Math.max(0, row.now - row.seen_at);
            return {
              ...toWorker(row),
              silentSeconds: silent / 1000,
              isAlive: silent <= SILENT_MS,
            };
          }),
        };
      }),

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
  function write<T>(
    work: (transaction: Transaction<Tables>, topics: Topics) => Promise<T>,
  ): Promise<T> {
    return guard(async () => {
      const written: Topics = new Set();
      const result = await db.transaction().execute(async (transaction) => {
        const result = await work(transaction, written);
        if (written.size > 0) await engine.notify(transaction, [...written]);
        return result;
      });
      if (written.size > 0) engine.wake([...written]);
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
    return write(async (transaction, topics) => {
      const row = await lockRun(transaction, id);
      if (!row) return undefined;
      const events = eventsOf(row);
      return events.length === 0 ? toRun(row) : await appendTo(transaction, topics, row, events);
    });
  }

  /** Whether no other worker than this one may have a run. */
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
    transaction: Transaction<Tables>,
    topics: Topics,
    row: LockedRun,
    { worker, leaseMs }: ClaimOptions,
  ): Promise<Claim> {
    const attempt = parseSnapshot(row).attempts + 1;
    const events: RunEventBody[] = [{ type: "claimed", worker, attempt }];
    if (row.state === "RUNNING") {
      events.unshift({ type: "interrupted", reason: silence(row), crashed: true });
    }
    const fence = row.fence + 1;
    const run = await appendTo(transaction, topics, row, events, {
      lease_owner: worker,
      lease_until: row.now + Math.round(leaseMs),
      fence,
      appends: 0,
    });
    return { run, worker, fence };
  }

  /** Appends to a locked run: events, the fold over them, changes of its state, and what becomes of its lease. */
  async function appendTo(
    transaction: Transaction<Tables>,
    topics: Topics,
    row: LockedRun,
    bodies: readonly RunEventBody[],
    lease: LeaseChange = {},
  ): Promise<Run> {
    const before = parseSnapshot(row);
    let snapshot = before;
    const events = [];
    const changes: RunSnapshot[] = [];
    for (const body of bodies) {
      // A client has named the checkpoint meanwhile.
      if (isKept(snapshot, body)) continue;
      if (!allows(snapshot.state, body.type)) {
        throw new ConflictError(
          `Cannot append '${body.type}' to the run '${row.name}': its state is ${snapshot.state}.`,
        );
      }
      const event = toEvent(row.id, snapshot.lastSeq + 1, row.now, body);
      const next = fold(snapshot, event);
      if (next.state !== snapshot.state || NEWS.includes(body.type)) changes.push(next);
      snapshot = next;
      events.push({
        run: row.number,
        seq: event.seq,
        at: row.now,
        type: body.type,
        body: encodeEvent(body),
        last_step: lastStepOf(body) ?? null,
      });
    }
    const held = HELD.includes(snapshot.state) || snapshot.state === "QUEUED";
    const after: RunRow = {
      ...row,
      ...lease,
      ...(held ? {} : { lease_owner: null, lease_until: 0 }),
      snapshot: toJson(snapshot),
      state: snapshot.state,
    };
    const run = toRun(after);
    await transaction.updateTable("runs").set({
      snapshot: after.snapshot,
      state: after.state,
      lease_owner: after.lease_owner,
      lease_until: after.lease_until,
      fence: after.fence,
      appends: after.appends,
    }).where("number", "=", row.number).execute();
    for (let from = 0; from < events.length; from += INSERTED_ROWS) {
      await transaction.insertInto("events").values(events.slice(from, from + INSERTED_ROWS))
        .execute();
    }
    topics.add(row.id);
    if (changes.length > 0) {
      topics.add(STATE_CHANGES);
      await engine.orderChanges(transaction);
      await transaction.insertInto("changes").values(
        changes.map((change) => ({ run: row.number, snapshot: toJson(change) })),
      ).execute();
    }
    if (bodies.some(({ type }) => LOOKED_UP.includes(type))) {
      const lookup = lookupOf(run);
      await transaction.insertInto("lookups").values({ run: row.number, ...lookup })
        .onConflict((conflict) => conflict.column("run").doUpdateSet(lookup)).execute();
    }
    if (snapshot.tags !== before.tags) await setTags(transaction, row.number, snapshot.tags);
    return run;
  }

  async function readWorkers(): Promise<readonly WorkerInfo[]> {
    const rows = await db.selectFrom("workers").selectAll()
      .where("seen_at", ">=", sql<number>`${engine.now} - ${sql.lit(SILENT_MS)}`).execute();
    return rows.map(toWorker).sort((a, b) => a.startedAt < b.startedAt ? -1 : 1);
  }

  async function setTags(
    transaction: Transaction<Tables>,
    run: number,
    tags: readonly string[],
  ): Promise<void> {
    await transaction.deleteFrom("tags").where("run", "=", run).execute();
    if (tags.length === 0) return;
    await transaction.insertInto("tags").values(tags.map((tag) => ({ run, tag }))).execute();
  }

  async function readEvents(
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
}

/** @throws {QueueFullError} if a starter has more runs in the queue than may be there, the new one among them */
async function mustHaveRoom(
  transaction: Transaction<Tables>,
  { name, mostQueued }: NonNullable<NewRun["starter"]>,
): Promise<void> {
  const { queued } = await transaction.selectFrom("runs")
    .select((build) => build.fn.countAll<number>().as("queued"))
    .where("state", "=", "QUEUED").where("started_by", "=", name).executeTakeFirstOrThrow();
  if (Number(queued) <= mostQueued) return;
  throw new QueueFullError(
    `Cannot train: '${name}' must have at most ${mostQueued} runs in the queue, got ${queued}. ` +
      "Wait until some are trained, or cancel some.",
  );
}

/** What a request appends to a run. Nothing if it has been asked for already. */
function answer(
  request: Request,
  row: LockedRun,
  options: RequestOptions,
): readonly RunEventBody[] {
  const isHeld = HELD.includes(row.state) && row.lease_until >= row.now;
  const epochs = options.epochs ?? null;
  switch (request) {
    case "pause":
      return answerPause(row, isHeld);
    case "resume":
      return row.state === "PAUSING" && !isHeld
        // Its worker died before it had paused it.
        ? [{ type: "paused", reason: silence(row) }, ...answerResume("PAUSED", row, epochs)]
        : answerResume(row.state, row, epochs);
    case "cancel":
      if (row.state === "CANCELLING") return isHeld ? [] : [{ type: "cancelled" }];
      if (!allows(row.state, "cancelRequested")) {
        throw new ConflictError(
          `Cannot cancel the run '${row.name}': it must not be over, got ${row.state}.`,
        );
      }
      return isHeld
        ? [{ type: "cancelRequested" }]
        : [{ type: "cancelRequested" }, { type: "cancelled" }];
    default:
      return request satisfies never;
  }
}

function answerPause(row: LockedRun, isHeld: boolean): readonly RunEventBody[] {
  switch (row.state) {
    case "PAUSED":
      return [];
    case "PAUSING":
      return isHeld ? [] : [{ type: "paused", reason: silence(row) }];
    case "QUEUED":
    case "INTERRUPTED":
      return [{ type: "pauseRequested" }, { type: "paused", reason: null }];
    case "RUNNING":
      return isHeld ? [{ type: "pauseRequested" }] : [
        { type: "interrupted", reason: silence(row), crashed: true },
        { type: "pauseRequested" },
        { type: "paused", reason: null },
      ];
    case "CANCELLING":
    case "CANCELLED":
    case "COMPLETED":
    case "FAILED":
      throw new ConflictError(
        `Cannot pause the run '${row.name}': it must be queued or running, got ${row.state}.`,
      );
    default:
      return row.state satisfies never;
  }
}

function answerResume(
  state: RunState,
  row: LockedRun,
  epochs: number | null,
): readonly RunEventBody[] {
  if (!allows(state, "resumeRequested")) {
    throw new ConflictError(
      `Cannot resume the run '${row.name}': it must be paused, interrupted or failed, or completed ` +
        `and given more epochs, got ${state}.`,
    );
  }
  const isCompleted = state === "COMPLETED";
  const planned = epochsOf(toRun(row));
  if (isCompleted && epochs === null) {
    throw new ConflictError(
      `Cannot resume the run '${row.name}': it must not have trained all of its ${planned} epochs, ` +
        "got COMPLETED. Name a higher number of epochs to continue it.",
    );
  }
  const least = isCompleted ? planned + 1 : planned;
  const { max } = LIMITS.epochs;
  if (epochs !== null && !(Number.isInteger(epochs) && epochs >= least && epochs <= max)) {
    throw new InvalidSpecError("epochs", epochs, `between ${least} and ${max} for this run`);
  }
  return [{ type: "resumeRequested", epochs }];
}

function toWorker(row: Selectable<WorkersTable>): WorkerInfo {
  return {
    ...JSON.parse(row.info) as Omit<WorkerInfo, "id" | "seenAt">,
    id: row.id,
    seenAt: toTime(row.seen_at),
  };
}

/** What is known of a worker whose lease has run out. */
function silence({ lease_owner, lease_until, now }: LockedRun): string {
  const since = ((now - lease_until) / 1000).toFixed(1);
  return `The worker ${lease_owner} gave no sign of life: its lease ran out ${since} s ago.`;
}

function fenced(run: Run): FencedError {
  return new FencedError(
    `Cannot go on with the run '${run.name}': another worker took it, or it is over or deleted.`,
  );
}

function toEvent(runId: string, seq: number, at: number, body: RunEventBody): RunEvent {
  return { ...body, seq, runId, at: toTime(at) };
}
