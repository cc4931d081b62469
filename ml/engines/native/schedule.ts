/**
 * Orders calls into phases. In a phase of the batch, each part of the samples goes through all calls of the phase
 * without meeting the others, so that its values stay in the processor's cache; other phases hold calls that run side
 * by side. What parts and pieces there are depends on sizes alone, never on threads: so do the bits of every sum.
 */
import { type Call, type Calls, type Operand, partBegin, type Storage } from "./calls.ts";
import { followGradients } from "./followers.ts";
import { repeatCalls } from "./repeats.ts";

/** Some calls on some rows. */
export interface Task {
  /** Consecutive calls of the schedule. */
  readonly first: number;
  readonly count: number;
  /** Rows of each call; all of them if absent. */
  readonly rows?: readonly [begin: number, end: number];
  readonly part: number;
}

/** Tasks that may run side by side, after those of the phase before. */
export interface Phase {
  readonly isBatch: boolean;
  /** True if each thread begins with its last task, of whose samples the third cache still holds the most. */
  readonly isBackward: boolean;
  readonly tasks: readonly Task[];
}

/** Calls in the order in which they run, with the phase of each. */
export interface Schedule {
  readonly calls: readonly Call[];
  readonly phaseOf: readonly number[];
  readonly phases: readonly Phase[];
  /** Gradients that nothing but the update behind them in a task reads, with the most that a task has of each. */
  readonly passed: ReadonlyMap<Storage, { readonly rows: number; readonly floats: number }>;
}

/** Calls that cost less are done by one thread, one after the other. */
const SERIAL_COST = 16_384;
/** A piece of a call outside of the batch costs at least this. */
const PIECE_COST = 16_384;
const MAX_PIECES = 16;

/** Plans the order of a step. */
export function schedule(given: Calls): Schedule {
  const { rows, parts } = given;
  const { calls, levels: repeated } = repeatCalls(given.calls, levelsOf(given.calls));
  const { levels, followers } = followGradients(
    calls,
    repeated,
    (call) => !call.isBatch && !isSerial(call),
  );
  const following = new Set(followers.values());
  const last = Math.max(...levels, 0);
  const ordered: Call[] = [];
  const phaseOf: number[] = [];
  const phases: Phase[] = [];
  const passed = new Map<Storage, { readonly rows: number; readonly floats: number }>();
  for (const call of followers.keys()) {
    const rows = Math.ceil(call.units / piecesOf(call));
    for (const { value: { storage } } of call.operands.slice(0, call.outputs)) {
      passed.set(storage, { rows, floats: storage.floats / call.units * rows });
    }
  }
  for (let level = 0; level <= last; level++) {
    const own = calls.filter((call, at) => levels[at] === level && !following.has(call));
    if (own.length === 0) continue;
    const isBatch = own.some((call) => call.isBatch);
    const sorted = isBatch
      ? sinksFirst(own)
      : [...own.filter(isSerial), ...own.filter((call) => !isSerial(call))];
    const first = ordered.length;
    const serial = isBatch ? 0 : own.filter(isSerial).length;
    const starts = new Map<Call, number>();
    for (const call of sorted) {
      starts.set(call, ordered.length);
      const follower = followers.get(call);
      ordered.push(call, ...(follower ? [follower] : []));
    }
    phaseOf.push(...ordered.slice(first).map(() => phases.length));
    const before = phases.filter((phase) => phase.isBatch).length;
    phases.push({
      isBatch,
      isBackward: isBatch && before % 2 === 1,
      tasks: isBatch ? partTasks(first, sorted.length, rows, parts) : [
        ...(serial > 0 ? [{ first, count: serial, part: 0 }] : []),
        ...sideBySide(
          sorted.slice(serial).map((call) =>
            pieceTasks(call, starts.get(call) ?? first, followers.has(call) ? 2 : 1)
          ),
        ),
      ],
    });
  }
  return { calls: ordered, phaseOf, phases, passed };
}

/** Returns the level of each call: batch calls have odd ones, the others even ones, updates the last. */
function levelsOf(calls: readonly Call[]): readonly number[] {
  const writers = new Map<Storage, number[]>();
  const levels: number[] = [];
  for (const [at, call] of calls.entries()) {
    if (call.isUpdate) {
      levels.push(-1);
      continue;
    }
    let level = call.isBatch ? 1 : 0;
    for (const [position, operand] of call.operands.entries()) {
      for (const before of writers.get(operand.value.storage) ?? []) {
        const writer = calls[before];
        if (!writer) continue;
        const its = levels[before] ?? 0;
        const isNear = followsInTask(call, operand, writer);
        level = Math.max(level, isNear ? its : its + 1);
      }
      if (position < call.outputs) {
        const own = writers.get(operand.value.storage) ?? [];
        own.push(at);
        writers.set(operand.value.storage, own);
      }
    }
    if ((level % 2 === 1) !== call.isBatch) level++;
    levels.push(level);
  }
  const most = Math.max(...levels, 0);
  // After everything that reads a variable.
  const updates = most % 2 === 0 ? most + 2 : most + 1;
  return levels.map((level) => level === -1 ? updates : level);
}

/** Checks whether a call can follow the writer of its operand in one task. */
function followsInTask(call: Call, operand: Operand, writer: Call): boolean {
  if (call.isBatch !== writer.isBatch) return false;
  if (!call.isBatch) return isSerial(call) && isSerial(writer);
  const written = writer.operands.slice(0, writer.outputs)
    .find(({ value }) => value.storage === operand.value.storage);
  return operand.view === "rows" && written?.view === "rows";
}

function isSerial(call: Call): boolean {
  return call.cost <= SERIAL_COST && !call.operands.some(({ view }) => view === "parts");
}

/**
 * Moves calls that nothing in the phase reads, such as those of filter gradients, to right after what they read, so
 * that it is needed no longer.
 */
function sinksFirst(calls: readonly Call[]): readonly Call[] {
  const read = new Set(
    calls.flatMap(({ operands, outputs }) =>
      operands.slice(outputs).map(({ value }) => value.storage)
    ),
  );
  const isSink = ({ operands, outputs }: Call) =>
    operands.slice(0, outputs).every(({ value, view }) =>
      view === "parts" || !read.has(value.storage)
    );
  const written = new Set(
    calls.flatMap(({ operands, outputs }) =>
      operands.slice(0, outputs).map(({ value }) => value.storage)
    ),
  );
  const done = new Set<Storage>();
  const placed = new Set<Call>();
  const ordered: Call[] = [];
  const sinks = calls.filter(isSink);
  const isReady = ({ operands, outputs }: Call) =>
    operands.slice(outputs).every(({ value: { storage } }) =>
      !written.has(storage) || done.has(storage)
    );
  const placeSinks = () => {
    for (const sink of sinks) {
      if (placed.has(sink) || !isReady(sink)) continue;
      placed.add(sink);
      ordered.push(sink);
    }
  };
  for (const [at, call] of calls.entries()) {
    if (placed.has(call)) continue;
    if (!isSink(call)) {
      placed.add(call);
      ordered.push(call);
    }
    for (const { value: { storage } } of call.operands.slice(0, call.outputs)) {
      const isWrittenLater = calls.slice(at + 1).some(({ operands, outputs }) =>
        operands.slice(0, outputs).some(({ value }) => value.storage === storage)
      );
      if (!isWrittenLater) done.add(storage);
    }
    placeSinks();
  }
  return [...ordered, ...sinks.filter((sink) => !placed.has(sink))];
}

/** Cuts the batch into tasks that do all calls of a phase. */
function partTasks(
  first: number,
  count: number,
  rows: number,
  parts: number,
): readonly Task[] {
  return Array.from({ length: parts }, (_, part) => ({
    first,
    count,
    rows: [partBegin(rows, parts, part), partBegin(rows, parts, part + 1)],
    part,
  }));
}

/**
 * Puts the pieces of calls in an order of which any stretch has the same share of all calls: a thread that has the same
 * stretch in each step meets the same pieces.
 */
function sideBySide(calls: readonly (readonly Task[])[]): readonly Task[] {
  return calls
    .flatMap((tasks) => tasks.map((task, at) => ({ task, place: (at + 0.5) / tasks.length })))
    .toSorted((a, b) => a.place - b.place)
    .map(({ task }) => task);
}

function partsOf({ operands }: Call): number | undefined {
  return operands.find(({ view }) => view === "parts")?.value.storage.parts;
}

function piecesOf(call: Call): number {
  const { units, cost } = call;
  return partsOf(call) ??
    Math.max(1, Math.min(units, MAX_PIECES, Math.floor(cost / PIECE_COST)));
}

/** Cuts a call into tasks, and with it the update that follows it if `count` is 2. */
function pieceTasks(call: Call, at: number, count: number): readonly Task[] {
  const { units } = call;
  const [parted, pieces] = [partsOf(call), piecesOf(call)];
  return Array.from({ length: pieces }, (_, part) => ({
    first: at,
    count,
    rows: [partBegin(units, pieces, part), partBegin(units, pieces, part + 1)],
    part: parted === undefined ? 0 : part,
  }));
}
