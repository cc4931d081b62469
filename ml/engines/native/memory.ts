/**
 * Places values in memory by the time that they are needed: those that live within a phase of the batch in memory of
 * each thread, for the samples of one part, and so do gradients that an update follows; the others in memory that all
 * share.
 */
import { type Calls, type Operand, partBegin, type Storage } from "./calls.ts";
import type { Schedule } from "./schedule.ts";

/** The place of a storage. */
export interface Place {
  readonly space: "state" | "constant" | "shared" | "local";
  /** In units of 16 floats. */
  readonly offset: number;
}

/** The places of all values, and the memory that they take, in units of 16 floats. */
export interface MemoryPlan {
  readonly places: ReadonlyMap<Storage, Place>;
  readonly constant: number;
  readonly shared: number;
  /** Of each thread. */
  readonly local: number;
}

/** Offsets count units of so many floats, a line of the cache. */
export const UNIT = 16;

/** A value that needs memory from one time to another, both included. */
interface Need {
  readonly storage: Storage;
  readonly size: number;
  from: number;
  to: number;
}

/** Counts units of memory. */
export function units(floats: number): number {
  return Math.ceil(floats / UNIT);
}

/** Plans the memory of a schedule. */
export function planMemory({ fed, read, rows, parts }: Calls, planned: Schedule): MemoryPlan {
  const { calls, phaseOf, passed } = planned;
  const local = localStorages(planned, [...fed.map(([, value]) => value), ...read]);
  const partRows = mostRows(rows, parts);
  const shared = new Map<Storage, Need>();
  const own = new Map<Storage, Need>();
  const places = new Map<Storage, Place>();
  let constant = 0;
  const touch = (storage: Storage, time: number) => {
    const needs = local.has(storage) ? own : shared;
    const size = local.has(storage) && storage.isRoom !== true
      ? units(passed.get(storage)?.floats ?? storage.floats / rows * partRows)
      : units(storage.floats * (storage.parts ?? 1));
    const need = needs.get(storage) ?? { storage, size, from: time, to: time };
    need.from = Math.min(need.from, time);
    need.to = Math.max(need.to, time);
    needs.set(storage, need);
  };
  const visit = ({ value: { storage } }: Operand, at: number) => {
    if (storage.home === "scratch") {
      touch(storage, local.has(storage) ? at : phaseOf[at] ?? 0);
    } else if (storage.home === "state") {
      places.set(storage, { space: "state", offset: (storage.offset ?? 0) / UNIT });
    } else if (!places.has(storage)) {
      places.set(storage, { space: "constant", offset: constant });
      constant += units(storage.floats);
    }
  };
  for (const [at, { operands }] of calls.entries()) {
    for (const operand of operands) visit(operand, at);
  }
  for (const [, { storage }] of fed) touch(storage, -1);
  for (const { storage } of read) touch(storage, calls.length);
  for (const [needs, space] of [[shared, "shared"], [own, "local"]] as const) {
    for (const [storage, offset] of place([...needs.values()])) {
      places.set(storage, { space, offset });
    }
  }
  const end = (needs: Map<Storage, Need>) =>
    Math.max(
      0,
      ...[...needs.values()].map(({ storage, size }) => (places.get(storage)?.offset ?? 0) + size),
    );
  return { places, constant, shared: end(shared), local: end(own) };
}

/** Returns the number of samples of the largest part. */
export function mostRows(rows: number, parts: number): number {
  return Math.max(
    0,
    ...Array.from(
      { length: parts },
      (_, part) => partBegin(rows, parts, part + 1) - partBegin(rows, parts, part),
    ),
  );
}

/** Finds the room of calls, and what is written and read by rows in one phase of the batch, or one task, only. */
function localStorages(
  { calls, phaseOf, phases, passed }: Schedule,
  ports: readonly { readonly storage: Storage }[],
): ReadonlySet<Storage> {
  const phase = new Map<Storage, number>();
  const excluded = new Set<Storage>(ports.map(({ storage }) => storage));
  for (const [at, { operands }] of calls.entries()) {
    const now = phaseOf[at] ?? 0;
    for (const { value: { storage }, view } of operands) {
      const known = phase.get(storage) ?? now;
      phase.set(storage, known);
      const isLocal = storage.isRoom === true ||
        (storage.home === "scratch" && view === "rows" && known === now &&
          (phases[now]?.isBatch === true || passed.has(storage)));
      if (!isLocal) excluded.add(storage);
    }
  }
  return new Set([...phase.keys()].filter((storage) => !excluded.has(storage)));
}

/** Gives each need the lowest offset that is free for as long as it lasts, the largest first. */
function place(needs: readonly Need[]): ReadonlyMap<Storage, number> {
  const placed: { need: Need; offset: number }[] = [];
  const sorted = needs.toSorted((a, b) => b.size - a.size || a.from - b.from);
  for (const need of sorted) {
    const others = placed
      .filter(({ need: { from, to } }) => from <= need.to && need.from <= to)
      .sort((a, b) => a.offset - b.offset);
    let offset = 0;
    for (const other of others) {
      if (other.offset - offset >= need.size) break;
      offset = Math.max(offset, other.offset + other.need.size);
    }
    placed.push({ need, offset });
  }
  return new Map(placed.map(({ need, offset }) => [need.storage, offset]));
}
