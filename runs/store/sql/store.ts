/**
 * The store of runs in SQL: everything that databases have in common. An SqlEngine (engine.ts) is what differs.
 *
 * Every write locks the run's row first, so that the writes to one run happen one after the other: a reader
 * that sees an event sees all events before it.
 */
import { type Kysely, sql } from "kysely";
import { checkpointNameEvents } from "../../log/checkpoint_name.ts";
import { descriptionEvents } from "../../log/description.ts";
import type { RunEventBody } from "../../log/event.ts";
import type { Run } from "../../log/run.ts";
import type { RunStore } from "../store.ts";
import { appendTo, type LockedRun } from "./append.ts";
import { lastChange, readChanges } from "./changes.ts";
import { appendClaimed, claimRun, renewLease } from "./claims.ts";
import type { SqlEngine } from "./engine.ts";
import { listRuns } from "./list_runs.ts";
import { listTags } from "./list_tags.ts";
import { readEvents } from "./read_events.ts";
import { requestEvents } from "./requests.ts";
import { toRun } from "./rows.ts";
import {
  countAhead,
  countByDataset,
  createRun,
  deleteRun,
  findCurrentRun,
  findHeldRuns,
  findRun,
} from "./runs.ts";
import type { Tables } from "./tables.ts";
import { type Database, lockRun, transact } from "./transact.ts";
import { createWebhookStore } from "./webhooks/store.ts";
import { deregisterWorker, listWorkers, readOverview, registerWorker } from "./workers.ts";

/** Creates a store on a database that has its tables. */
export function createSqlStore(db: Kysely<Tables>, engine: SqlEngine): RunStore {
  const database: Database = { db, engine };
  /** Translates the database's errors for people. */
  const explain = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw engine.explain(error);
    }
  };
  return {
    create: (run) => explain(createRun(database, run)),
    get: (id) => explain(findRun(database, id)),
    list: (options) => explain(listRuns(db, options)),
    tags: ({ first }) => explain(listTags(db, first)),
    countByDataset: () => explain(countByDataset(database)),
    countAhead: (id, devices) => explain(countAhead(database, id, devices)),
    held: () => explain(findHeldRuns(database)),
    current: () => explain(findCurrentRun(database)),
    delete: (id) => explain(deleteRun(database, id)),

    request: (id, request, options = {}) =>
      explain(appendToRun(database, id, (row) => requestEvents(request, row, options))),
    describe: (id, description) =>
      explain(appendToRun(database, id, (row) => descriptionEvents(toRun(row), description))),
    nameCheckpoint: (id, naming) =>
      explain(appendToRun(database, id, (row) => checkpointNameEvents(toRun(row), naming))),

    read: (runId, options) => explain(readEvents(db, runId, options)),
    changes: (options) => explain(readChanges(db, options)),
    lastChange: () => explain(lastChange(db)),

    claim: (options) => explain(claimRun(database, options)),
    renew: (claim, leaseMs) => explain(renewLease(database, claim, leaseMs)),
    append: (claim, number, events) => explain(appendClaimed(database, claim, number, events)),

    webhooks: createWebhookStore(database, explain),

    registerWorker: (worker) => explain(registerWorker(db, engine, worker)),
    deregisterWorker: (id) => explain(deregisterWorker(db, id)),
    workers: () => explain(listWorkers(db, engine)),
    overview: () => explain(readOverview(db, engine)),
    checkWritable: () => explain(writeNothing(db)),

    mark: engine.mark,
    wait: engine.wait,
    close: engine.close,
  };
}

/**
 * Appends the events of a client's request, whichever worker holds the run.
 *
 * @param eventsOf returns none if the run is already as requested
 * @returns the run after it, or undefined if there is no such run
 */
function appendToRun(
  database: Database,
  id: string,
  eventsOf: (row: LockedRun) => readonly RunEventBody[],
): Promise<Run | undefined> {
  return transact(database, async (writing) => {
    const row = await lockRun(writing, id);
    if (!row) return undefined;
    const events = eventsOf(row);
    return events.length === 0 ? toRun(row) : await appendTo(writing, row, events);
  });
}

/** Executes a write that changes nothing. */
async function writeNothing(db: Kysely<Tables>): Promise<void> {
  await db.deleteFrom("workers").where(sql.lit(false)).execute();
}
