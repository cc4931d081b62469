/**
 * State as a fold over events, for any sequence of events.
 */
import { deepStrictEqual, ok, strictEqual, throws } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import type { RunEvent, RunEventBody, RunEventType } from "../../runs/event.ts";
import { allows, EMPTY_SNAPSHOT, fold, isOver, type RunSnapshot } from "../../runs/state.ts";
import { anEpoch } from "./helpers.ts";

const TYPES: readonly RunEventType[] = [
  "queued",
  "claimed",
  "started",
  "batches",
  "epoch",
  "cancelRequested",
  "cancelled",
  "completed",
  "failed",
  "interrupted",
  "log",
];

/** What a run may be told; numbers that must follow the snapshot are filled in by history(). */
const aTelling = fc.record({
  type: fc.constantFrom(...TYPES),
  count: fc.integer({ min: 1, max: 5 }),
  crashed: fc.boolean(),
});
type Telling = { type: RunEventType; count: number; crashed: boolean };

/** The events of tellings that a run's state allows, each with the snapshot before and after it. */
function history(tellings: readonly Telling[]) {
  const steps: { before: RunSnapshot; event: RunEvent; after: RunSnapshot }[] = [];
  let snapshot = EMPTY_SNAPSHOT;
  for (const telling of tellings) {
    if (!allows(snapshot.state, telling.type)) continue;
    const event = toEvent(snapshot, telling);
    const after = fold(Object.freeze({ ...snapshot }), event);
    steps.push({ before: snapshot, event, after });
    snapshot = after;
  }
  return { steps, snapshot };
}

function toEvent(snapshot: RunSnapshot, telling: Telling): RunEvent {
  const at = new Date(snapshot.lastSeq * 1000).toISOString();
  return { ...toBody(snapshot, telling), seq: snapshot.lastSeq + 1, runId: "r", at };
}

function toBody(snapshot: RunSnapshot, { type, count, crashed }: Telling): RunEventBody {
  const numbers = Array<number>(count).fill(0.5);
  switch (type) {
    case "queued":
    case "cancelRequested":
    case "cancelled":
    case "completed":
      return { type };
    case "claimed":
      return { type, worker: "w", attempt: snapshot.attempts + 1 };
    case "started":
      return { type, device: "d", engine: "e", stepsPerEpoch: count, steps: 9, parameters: 1 };
    case "batches":
      return {
        type,
        epoch: 1,
        firstStep: snapshot.step + 1,
        losses: numbers,
        accs: numbers,
        samplesPerSecond: 1,
      };
    case "epoch":
      return anEpoch((snapshot.lastEpoch?.number ?? 0) + 1);
    case "failed":
      return { type, error: "e" };
    case "interrupted":
      return { type, reason: "r", crashed };
    case "log":
      return { type, level: "info", message: "m" };
    default:
      return type satisfies never;
  }
}

const property = (predicate: (tellings: Telling[]) => void) =>
  fc.assert(fc.property(fc.array(aTelling, { maxLength: 40 }), predicate), { numRuns: 300 });

describe("fold()", () => {
  it("counts seqs, steps, epochs and attempts as they are in the log", () => {
    property((tellings) => {
      const { steps, snapshot } = history(tellings);
      const events = steps.map(({ event }) => event);
      strictEqual(snapshot.lastSeq, events.length);
      const trained = events.filter((event) => event.type === "batches");
      strictEqual(snapshot.step, trained.flatMap(({ losses }) => losses).length);
      strictEqual(
        snapshot.lastEpoch?.number ?? 0,
        events.filter(({ type }) => type === "epoch").length,
      );
      strictEqual(snapshot.attempts, events.filter(({ type }) => type === "claimed").length);
    });
  });

  it("counts the crashes since the last epoch", () => {
    property((tellings) => {
      const { steps, snapshot } = history(tellings);
      const events = steps.map(({ event }) => event);
      const lastEpoch = events.findLastIndex(({ type }) => type === "epoch");
      const since = events.slice(lastEpoch + 1);
      strictEqual(
        snapshot.crashes,
        since.filter((event) => event.type === "interrupted" && event.crashed).length,
      );
    });
  });

  it("lets nothing but a log entry follow the end", () => {
    property((tellings) => {
      for (const { before, event, after } of history(tellings).steps) {
        if (!isOver(before.state)) continue;
        strictEqual(event.type, "log");
        deepStrictEqual({ ...after, lastSeq: 0 }, { ...before, lastSeq: 0 });
      }
    });
  });

  it("sets the time of the end when, and only when, the run is over", () => {
    property((tellings) => {
      for (const { after } of history(tellings).steps) {
        strictEqual(after.endedAt !== null, isOver(after.state));
        strictEqual(after.error !== null, after.state === "FAILED");
      }
    });
  });

  it("refuses what the state does not allow", () => {
    property((tellings) => {
      const { snapshot } = history(tellings);
      for (const type of TYPES) {
        if (allows(snapshot.state, type)) continue;
        throws(
          () => fold(snapshot, toEvent(snapshot, { type, count: 1, crashed: false })),
          RangeError,
        );
      }
    });
  });

  it("refuses events that leave one out or come again", () => {
    const { snapshot } = history([
      { type: "queued", count: 1, crashed: false },
      { type: "claimed", count: 1, crashed: false },
      { type: "batches", count: 3, crashed: false },
      { type: "epoch", count: 1, crashed: false },
    ]);
    const next = toEvent(snapshot, { type: "batches", count: 2, crashed: false });
    ok(fold(snapshot, next));
    throws(() => fold(snapshot, { ...next, seq: 4 }), /seq must be 5, got 4/);
    throws(() => fold(snapshot, { ...next, seq: 6 }), /seq must be 5, got 6/);
    const batches = { ...next, type: "batches" as const, epoch: 1, samplesPerSecond: 1 };
    const numbers = { losses: [1, 2], accs: [1, 2] };
    throws(() => fold(snapshot, { ...batches, ...numbers, firstStep: 3 }), /firstStep must be 4/);
    throws(() => fold(snapshot, { ...batches, ...numbers, firstStep: 5 }), /firstStep must be 4/);
    throws(
      () => fold(snapshot, { ...batches, firstStep: 4, losses: [], accs: [] }),
      /at least one/,
    );
    throws(() => fold(snapshot, { ...batches, firstStep: 4, losses: [1], accs: [] }), /as many/);
    const { seq, runId, at } = next;
    throws(() => fold(snapshot, { ...anEpoch(1), seq, runId, at }), /number must be 2, got 1/);
  });
});
