/** Registrations of workers. */
import { type Kysely, type Selectable, sql } from "kysely";
import type { Overview, WorkerInfo } from "../worker_info.ts";
import { RUN_STATES, type RunState } from "../../log/state.ts";
import { toTime } from "./rows.ts";
import type { SqlEngine } from "./engine.ts";
import type { Tables, WorkersTable } from "./tables.ts";
import { REGISTRATION_EXPIRY_MS, REGISTRATION_TIMEOUT_MS } from "../../timeouts.ts";

/**
 * Registers a worker, and deletes registrations that were not renewed for a day, or are of a time to come: the clock
 * was set back since, and live workers renew theirs.
 */
export async function registerWorker(
  db: Kysely<Tables>,
  { now }: SqlEngine,
  { id, ...info }: Omit<WorkerInfo, "seenAt">,
): Promise<void> {
  const values = { seen_at: sql<number>`${now}`, info: JSON.stringify(info) };
  await db.insertInto("workers").values({ id, ...values })
    .onConflict((conflict) => conflict.column("id").doUpdateSet(values)).execute();
  await db.deleteFrom("workers")
    .where((build) =>
      build.or([
        build("seen_at", "<", sql<number>`${now} - ${sql.lit(REGISTRATION_EXPIRY_MS)}`),
        build("seen_at", ">", sql<number>`${now} + ${sql.lit(REGISTRATION_TIMEOUT_MS)}`),
      ])
    ).execute();
}

/** Removes a worker's registration. */
export async function deregisterWorker(db: Kysely<Tables>, id: string): Promise<void> {
  await db.deleteFrom("workers").where("id", "=", id).execute();
}

/** Lists the registered workers, the longest running first. */
export async function listWorkers(
  db: Kysely<Tables>,
  { now }: SqlEngine,
): Promise<readonly WorkerInfo[]> {
  const rows = await db.selectFrom("workers").selectAll()
    .where("seen_at", ">=", sql<number>`${now} - ${sql.lit(REGISTRATION_TIMEOUT_MS)}`)
    .where("seen_at", "<=", sql<number>`${now} + ${sql.lit(REGISTRATION_TIMEOUT_MS)}`).execute();
  return rows.map(toWorker).sort((a, b) => a.startedAt < b.startedAt ? -1 : 1);
}

/** Counts runs by state and lists all workers, also those whose registration has expired. */
export async function readOverview(db: Kysely<Tables>, { now }: SqlEngine): Promise<Overview> {
  const [counts, workers] = await Promise.all([
    db.selectFrom("runs").select(["state", db.fn.countAll<number>().as("count")])
      .groupBy("state").execute(),
    db.selectFrom("workers").selectAll().select(now.as("now")).execute(),
  ]);
  const runs = Object.fromEntries(RUN_STATES.map((state) => [state, 0])) as Record<
    RunState,
    number
  >;
  for (const { state, count } of counts) runs[state] = count;
  return {
    runs,
    workers: workers.map((row) => {
      const silent = Math.abs(row.now - row.seen_at);
      return {
        ...toWorker(row),
        silentSeconds: silent / 1000,
        isAlive: silent <= REGISTRATION_TIMEOUT_MS,
      };
    }),
  };
}

function toWorker(row: Selectable<WorkersTable>): WorkerInfo {
  return {
    ...JSON.parse(row.info) as Omit<WorkerInfo, "id" | "seenAt">,
    id: row.id,
    seenAt: toTime(row.seen_at),
  };
}
