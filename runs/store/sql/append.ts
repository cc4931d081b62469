/** Appends to the log of a run and updates everything derived from it, in one transaction. */
import type { Transaction } from "kysely";
import { encodeEvent, toJson } from "../../log/codec.ts";
import { definitionOf } from "../../log/definition_of.ts";
import { allows, fold } from "../../log/fold.ts";
import type { RunSnapshot } from "../../log/snapshot.ts";
import { ConflictError } from "../../log/errors.ts";
import type { Run } from "../../log/run.ts";
import type { RunEventBody } from "../../log/event.ts";
import type { RunState } from "../../log/state.ts";
import { STATE_CHANGES } from "../store.ts";
import { NO_LEASE } from "./leases.ts";
import { toEvent } from "./read_events.ts";
import { lookupOf, parseSnapshot, toRun } from "./rows.ts";
import type { SqlEngine } from "./engine.ts";
import type { RunRow, Tables } from "./tables.ts";
import { announce } from "./webhooks/announce.ts";

/** States in which a worker holds the run. */
export const HELD: readonly RunState[] = ["RUNNING", "PAUSING", "CANCELLING"];

/** Rows of one insert statement: databases limit the number of parameters. */
const INSERTED_ROWS = 500;

/** A run's row, locked by the transaction, and the database's time. */
export type LockedRun = RunRow & { readonly now: number };

/** A transaction that writes. */
export interface Writing {
  readonly transaction: Transaction<Tables>;
  /** Topics to notify. */
  readonly topics: Set<string>;
  readonly engine: SqlEngine;
}

/** Change of the lease by an append. */
type LeaseChange = Partial<
  Pick<RunRow, "lease_owner" | "lease_until" | "lease_ms" | "fence" | "appends">
>;

/**
 * Appends events to a locked run, and updates its snapshot, its changes and its lease.
 *
 * @returns the run after it
 * @throws {ConflictError} if its state does not allow an event
 */
export async function appendTo(
  { transaction, topics, engine }: Writing,
  row: LockedRun,
  bodies: readonly RunEventBody[],
  lease: LeaseChange = {},
): Promise<Run> {
  const before = parseSnapshot(row);
  let snapshot = before;
  const events = [];
  const changes: RunSnapshot[] = [];
  for (const body of bodies) {
    const definition = definitionOf(body.type);
    if (definition.isOutdated?.(snapshot, body)) continue;
    if (!allows(snapshot.state, body.type)) {
      throw new ConflictError(
        `Cannot append '${body.type}' to the run '${row.name}': its state is ${snapshot.state}.`,
      );
    }
    const event = toEvent(row.id, snapshot.lastSeq + 1, row.now, body);
    const next = fold(snapshot, event);
    if (next.state !== snapshot.state || definition.isChange) changes.push(next);
    snapshot = next;
    events.push({
      run: row.number,
      seq: event.seq,
      at: row.now,
      type: body.type,
      body: encodeEvent(body),
      last_step: definition.lastStep?.(body) ?? null,
    });
  }
  const held = HELD.includes(snapshot.state) || snapshot.state === "QUEUED";
  const after: RunRow = {
    ...row,
    ...lease,
    ...(held ? {} : NO_LEASE),
    snapshot: toJson(snapshot),
    state: snapshot.state,
  };
  const run = toRun(after);
  await transaction.updateTable("runs").set({
    snapshot: after.snapshot,
    state: after.state,
    lease_owner: after.lease_owner,
    lease_until: after.lease_until,
    lease_ms: after.lease_ms,
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
  await announce({ transaction, topics, engine }, events);
  if (changes.length > 0 || bodies.some(({ type }) => definitionOf(type).isLookedUp)) {
    const lookup = lookupOf(run);
    await transaction.insertInto("lookups").values({ run: row.number, ...lookup })
      .onConflict((conflict) => conflict.column("run").doUpdateSet(lookup)).execute();
  }
  if (snapshot.tags !== before.tags) await setTags(transaction, row.number, snapshot.tags);
  return run;
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
