/**
 * Resource usage of a training as a curve, each point of which is the mean of an interval. At most
 * twice as many intervals are held as the finest curve has points, and coarser curves are computed
 * from these. They are cached, so that a log is read once and polling reads only new events.
 */
import { setImmediate } from "node:timers/promises";
import { LRUCache } from "lru-cache";
import type { Run } from "../log/run.ts";
import type { GpuUse } from "../log/events/training/system.ts";
import type { RunEvent } from "../log/event.ts";
import { coalesceReads } from "./coalesced_reads.ts";
import type { RunStore } from "../store/store.ts";

/** A measurement, or the mean of several, with the seq of the last of them. */
export type SystemMeasurement = RunEvent<"system">;

/** Number of points of the finest curve. */
export const MAX_SYSTEM_POINTS = 2000;

/** Events of one read. */
const PIECE = 1000;

/** Maximum number of cached intervals, over all runs. */
const KEPT_SIZE = 100_000;

/** An interval of measurements. */
interface Stretch {
  readonly count: number;
  readonly mean: SystemMeasurement;
}

/** The intervals of a log, as far as it was read. */
interface Reading {
  readonly afterSeq: number;
  readonly stretches: readonly Stretch[];
  /** Number of measurements per interval. */
  readonly length: number;
}

const START: Reading = { afterSeq: 0, stretches: [], length: 1 };

/** By store and run. */
const readings = new WeakMap<RunStore, LRUCache<string, Reading>>();

/**
 * Reads the measurements of all attempts of a run, downsampled.
 *
 * @param maxPoints maximum number of points, 1 to MAX_SYSTEM_POINTS
 * @returns points in order of the log; the last one includes the latest measurement
 */
export async function readSystemCurve(
  store: RunStore,
  run: Run,
  maxPoints: number,
): Promise<readonly SystemMeasurement[]> {
  const reads = coalesceReads(store);
  const known = readingsOf(store);
  let reading = known.get(run.id) ?? START;
  for (;;) {
    const { afterSeq } = reading;
    const piece = await reads.read(run, { afterSeq, limit: PIECE, types: ["system"] });
    reading = readOn(reading, piece);
    if (piece.length < PIECE) break;
    // SQLite reads synchronously: a long log must not block the event loop.
    await setImmediate();
  }
  known.set(run.id, reading);
  let { stretches } = reading;
  while (stretches.length > maxPoints) stretches = inPairs(stretches);
  return stretches.map(({ mean }) => mean);
}

function readingsOf(store: RunStore): LRUCache<string, Reading> {
  const found = readings.get(store);
  if (found) return found;
  const none = new LRUCache<string, Reading>({
    maxSize: KEPT_SIZE,
    sizeCalculation: ({ stretches }) => 1 + stretches.length,
  });
  readings.set(store, none);
  return none;
}

function readOn(reading: Reading, events: readonly RunEvent[]): Reading {
  let stretches = [...reading.stretches];
  let { length } = reading;
  for (const event of events) {
    if (event.type !== "system") continue;
    const last = stretches.at(-1);
    if (last && last.count < length) stretches[stretches.length - 1] = join(last, one(event));
    else stretches.push(one(event));
    if (stretches.length > 2 * MAX_SYSTEM_POINTS) {
      stretches = inPairs(stretches);
      length *= 2;
    }
  }
  return { afterSeq: events.at(-1)?.seq ?? reading.afterSeq, stretches, length };
}

/** Reads the last measurements of a run. */
export async function readLastSystem(
  store: RunStore,
  run: Run,
  last: number,
): Promise<readonly SystemMeasurement[]> {
  const events = await coalesceReads(store).read(run, {
    afterSeq: 0,
    limit: last,
    last: true,
    types: ["system"],
  });
  return events.filter((event) => event.type === "system");
}

function one(mean: SystemMeasurement): Stretch {
  return { count: 1, mean };
}

function inPairs(stretches: readonly Stretch[]): Stretch[] {
  const pairs: Stretch[] = [];
  for (let at = 0; at < stretches.length; at += 2) {
    const [first, second] = stretches.slice(at, at + 2);
    if (first) pairs.push(second ? join(first, second) : first);
  }
  return pairs;
}

function join(before: Stretch, after: Stretch): Stretch {
  const count = before.count + after.count;
  const mean = (one: number, other: number) => (one * before.count + other * after.count) / count;
  const [one, other] = [before.mean, after.mean];
  return {
    count,
    mean: {
      ...other,
      cpuCores: mean(one.cpuCores, other.cpuCores),
      memoryBytes: Math.round(mean(one.memoryBytes, other.memoryBytes)),
      samplesPerSecond: mean(one.samplesPerSecond, other.samplesPerSecond),
      gpu: joinGpu(one.gpu, other.gpu, mean),
    },
  };
}

/** Merges two measurements; a missing value is taken from the other. */
function joinGpu(
  one: GpuUse | null,
  other: GpuUse | null,
  mean: (one: number, other: number) => number,
): GpuUse | null {
  if (!one || !other) return one ?? other;
  const known = (a: number | null, b: number | null) =>
    a === null || b === null ? a ?? b : mean(a, b);
  const memoryBytes = known(one.memoryBytes, other.memoryBytes);
  return {
    utilization: known(one.utilization, other.utilization),
    memoryBytes: memoryBytes === null ? null : Math.round(memoryBytes),
  };
}
