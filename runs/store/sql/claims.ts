/** Claims of runs by workers, and what a worker writes under its claim. */
import { sql } from "kysely";
import { DEVICES } from "../../../ml/spec/spec.ts";
import type { RunEventBody } from "../../log/event.ts";
import type { Run } from "../../log/run.ts";
import type { Claim, ClaimOptions } from "../store.ts";
import { appendTo, type LockedRun, type Writing } from "./append.ts";
import type { SqlEngine } from "./engine.ts";
import { type Condition, oldestOf, queuesOf } from "./queue.ts";
import { leaseExpiredReason, leaseFrom, leaseHolds } from "./leases.ts";
import { fenced } from "./refusals.ts";
import { parseSnapshot, toKey, toRun } from "./rows.ts";
import { type Database, lockRun, transact } from "./transact.ts";

/** Claims the oldest run that no other worker may have. */
export async function claimRun(
  database: Database,
  options: ClaimOptions,
): Promise<Claim | undefined> {
  const { db, engine } = database;
  const { devices = DEVICES } = options;
  const isFree = isFreeFor(options, engine);
  // Most of the time there is nothing to claim: looking takes no lock.
  const queues = await queuesOf(db, ["ENDING", ...devices], isFree);
  if (queues.length === 0) return undefined;
  return await transact(database, async (writing) => {
    for (const { queue } of queues) {
      const oldest = oldestOf(writing.transaction, queue, isFree)
        .selectAll().select(engine.now.as("now"));
      const row = await engine.lock(oldest, "skip").executeTakeFirst();
      if (row) return await appendClaim(writing, row, options);
    }
    return undefined;
  });
}

/** Renews a lease. Readers are not notified. */
export async function renewLease(
  { db, engine }: Database,
  { run, worker, fence }: Claim,
  leaseMs: number,
): Promise<Run> {
  const row = await db.updateTable("runs")
    .set({
      lease_until: sql<number>`${engine.now} + ${Math.round(leaseMs)}`,
      lease_ms: leaseFrom(0, leaseMs).lease_ms,
    })
    .where("id", "=", run.id).where("fence", "=", fence).where("lease_owner", "=", worker)
    .returningAll().executeTakeFirst();
  if (!row) throw fenced(run);
  return toRun(row);
}

/** Appends a worker's events and renews its lease, unless an append with this number has been done already. */
export function appendClaimed(
  database: Database,
  { run, worker, fence }: Claim,
  number: number,
  events: readonly RunEventBody[],
): Promise<Run> {
  return transact(database, async (writing) => {
    const row = await lockRun(writing, run.id);
    if (row?.fence !== fence) throw fenced(run);
    if (number === row.appends) return toRun(row);
    if (row.lease_owner !== worker) throw fenced(run);
    const next = row.appends + 1;
    if (number !== next) {
      throw new RangeError(
        `Cannot append to the run '${run.name}': number must be ${next}, got ${number}.`,
      );
    }
    // Older versions write no lease_ms.
    const lease = row.lease_ms > 0 ? leaseFrom(row.now, row.lease_ms) : {};
    return await appendTo(writing, row, events, { appends: number, ...lease });
  });
}

/** Builds the condition that the worker may claim a run: its lease has expired, or it is reserved for the worker. */
function isFreeFor(
  { worker, runId }: Pick<ClaimOptions, "worker" | "runId">,
  engine: SqlEngine,
): Condition {
  return (build) => {
    const isFree = build.or([
      build.not(leaseHolds(engine)),
      build.and([build("state", "=", "QUEUED"), build("lease_owner", "=", worker)]),
    ]);
    return runId === undefined ? isFree : build.and([isFree, build("id", "=", toKey(runId))]);
  };
}

async function appendClaim(
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
    ...leaseFrom(row.now, leaseMs),
    fence,
    appends: 0,
  });
  return { run, worker, fence };
}
