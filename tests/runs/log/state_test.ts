/**
 * State as a fold over events, for any sequence of events.
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { forAll } from "../../support/for_all.ts";
import { assertThrowsMatch } from "../../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { decodeEvent, encodeEvent } from "../../../runs/log/codec.ts";
import { EVENTS } from "../../../runs/log/events.ts";
import { allows, fold } from "../../../runs/log/fold.ts";
import { EMPTY_SNAPSHOT, epochsOf, type RunSnapshot } from "../../../runs/log/snapshot.ts";
import type { RunEvent, RunEventBody, RunEventType } from "../../../runs/log/event.ts";
import { isFinished } from "../../../runs/log/state.ts";
import { anEpoch } from "../../support/fake_run.ts";
import { exampleOf } from "./examples.ts";

const TYPES = Object.keys(EVENTS) as readonly RunEventType[];

/** Events by which clients describe a run, whether it has ended or not. */
const DESCRIPTIONS: readonly RunEventType[] = ["renamed", "tagged", "noted", "checkpointNamed"];

/** An event of a run, as far as it is free: history() fills in the numbers that must follow the snapshot. */
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
    // Of a run without a step, or without a checkpoint, these tell nothing.
    if (telling.type === "checkpoint" && snapshot.step === 0) continue;
    if (telling.type === "checkpointNamed" && snapshot.checkpoints.length === 0) continue;
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
  // A float32 of many digits, of which the log keeps few.
  const numbers = Array<number>(count).fill(Math.fround(0.1));
  switch (type) {
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
    case "checkpoint":
      return aCheckpoint(Math.ceil(snapshot.step / count), `${snapshot.lastSeq + 1}`);
    case "checkpointRemoved":
      return { type, file: snapshot.checkpoints[count]?.file ?? "none", unusable: true };
    case "checkpointNamed":
      return {
        type,
        file: snapshot.checkpoints.at(-count)?.file ?? snapshot.lastCheckpoint?.file ?? "none",
        name: crashed ? `name ${snapshot.lastSeq}` : null,
      };
    case "paused":
      return { type, reason: crashed ? "r" : null };
    case "resumeRequested":
      return { type, epochs: crashed ? count : null };
    case "interrupted":
      return { type, reason: "r", crashed };
    case "renamed":
      return { type, name: `name ${count}` };
    case "tagged":
      return { type, tags: numbers.map((_, at) => `tag ${at}`) };
    case "noted":
      return { type, note: crashed ? "n" : null };
    default:
      return exampleOf(type);
  }
}

function aCheckpoint(step: number, file: string): RunEventBody {
  const [bytes, sha256, reason, testAcc] = [9, "ab", "interval", null] as const;
  return { type: "checkpoint", step, epoch: 1, file, bytes, sha256, reason, testAcc };
}

/** A run that ended with a checkpoint, which is named then: too rare among random ones. */
const NAMED_AFTER_END =
  (["claimed", "batches", "checkpoint", "cancelled", "checkpointNamed"] as const)
    .map((type): Telling => ({ type, count: 1, crashed: true }));

const property = (predicate: (tellings: Telling[]) => void) =>
  forAll([fc.array(aTelling, { maxLength: 40 })], predicate, {
    numRuns: 300,
    examples: [[NAMED_AFTER_END]],
  });

describe("fold()", () => {
  it("counts seqs, steps, epochs and attempts as they are in the log", () => {
    property((tellings) => {
      const { steps, snapshot } = history(tellings);
      const events = steps.map(({ event }) => event);
      assertEquals(snapshot.lastSeq, events.length);
      const trained = events.filter((event) => event.type === "batches");
      assertEquals(snapshot.step, trained.flatMap(({ losses }) => losses).length);
      assertEquals(
        snapshot.lastEpoch?.number ?? 0,
        events.filter(({ type }) => type === "epoch").length,
      );
      assertEquals(snapshot.attempts, events.filter(({ type }) => type === "claimed").length);
    });
  });

  it("counts the crashes since the last epoch, or since a failed run was tried again", () => {
    property((tellings) => {
      const { steps, snapshot } = history(tellings);
      const reset = steps.findLastIndex(({ before, event }) =>
        event.type === "epoch" || (event.type === "resumeRequested" && before.state === "FAILED")
      );
      const since = steps.slice(reset + 1).map(({ event }) => event);
      assertEquals(
        snapshot.crashes,
        since.filter((event) => event.type === "interrupted" && event.crashed).length,
      );
    });
  });

  it("knows the last name, tags and note, which may be given in every state and change none", () => {
    property((tellings) => {
      const { steps, snapshot } = history(tellings);
      const events = steps.map(({ event }) => event);
      const last = <Type extends RunEventType>(type: Type) =>
        events.findLast((event): event is RunEvent<Type> => event.type === type);
      assertEquals(snapshot.name, last("renamed")?.name ?? null);
      assertEquals(snapshot.tags, last("tagged")?.tags ?? []);
      assertEquals(snapshot.note, last("noted")?.note ?? null);
      for (const { before, event, after } of steps) {
        if (DESCRIPTIONS.includes(event.type)) {
          assertEquals(after.state, before.state);
        }
        for (const type of DESCRIPTIONS) {
          assert(allows(after.state, type));
        }
      }
    });
  });

  it("lists the checkpoints that were made and not removed, by step", () => {
    property((tellings) => {
      const { steps, snapshot } = history(tellings);
      const there = new Map<string, number>();
      for (const { event } of steps) {
        if (event.type === "checkpoint") there.set(event.file, event.step);
        if (event.type === "checkpointRemoved") there.delete(event.file);
      }
      const listed = snapshot.checkpoints.map(({ file, step }) => ({ file, step }));
      assertEquals(
        listed,
        [...there].map(([file, step]) => ({ file, step })).toSorted((a, b) => a.step - b.step),
      );
      assertEquals(snapshot.lastCheckpoint?.file, listed.at(-1)?.file);
    });
  });

  it("refuses a checkpoint that the log does not reach, or of a name that there is", () => {
    const { snapshot } = history([
      { type: "queued", count: 1, crashed: false },
      { type: "claimed", count: 1, crashed: false },
      { type: "batches", count: 3, crashed: false },
      { type: "checkpoint", count: 1, crashed: false },
    ]);
    const next = (step: number, file: string) => ({
      ...aCheckpoint(step, file),
      seq: 5,
      runId: "r",
      at: "",
    });
    assert(fold(snapshot, next(3, "new")));
    assertThrowsMatch(() => fold(snapshot, next(4, "new")), /step must be between 1 and 3, got 4/);
    assertThrowsMatch(() => fold(snapshot, next(0, "new")), /step must be between 1 and 3, got 0/);
    assertThrowsMatch(() => fold(snapshot, next(3, "4")), /a checkpoint already has the file '4'/);
  });

  it("goes on with the epochs that were last asked for", () => {
    const start = { type: "queued", count: 1, crashed: false } as const;
    const claimed = { ...start, type: "claimed" } as const;
    const paused = [{ ...start, type: "pauseRequested" }, { ...start, type: "paused" }] as const;
    const { snapshot } = history([
      start,
      claimed,
      { ...start, type: "started", count: 5 },
      ...paused,
      { ...start, type: "resumeRequested", count: 4, crashed: true },
      ...paused,
      { ...start, type: "resumeRequested" },
    ]);
    assertEquals([snapshot.state, snapshot.epochs, snapshot.steps], ["QUEUED", 4, 20]);
    assertEquals(epochsOf({ spec: { epochs: 3 }, snapshot }), 4);
    assertEquals(epochsOf({ spec: { epochs: 3 }, snapshot: EMPTY_SNAPSHOT }), 3);
  });

  it("lets nothing but a log entry or a client who describes or resumes it follow the end", () => {
    property((tellings) => {
      for (const { before, event, after } of history(tellings).steps) {
        if (!isFinished(before.state)) continue;
        if (event.type === "resumeRequested") {
          assertEquals(after.state, "QUEUED");
          continue;
        }
        assert(["log", ...DESCRIPTIONS].includes(event.type));
        const { name, tags, note, checkpoints, lastCheckpoint } = after;
        const described = { name, tags, note, checkpoints, lastCheckpoint };
        assertEquals(after, { ...before, ...described, lastSeq: before.lastSeq + 1 });
        const files = (snapshot: RunSnapshot) => snapshot.checkpoints.map(({ file }) => file);
        assertEquals(files(after), files(before));
      }
    });
  });

  it("sets the time of the end if and only if the run has ended", () => {
    property((tellings) => {
      for (const { after } of history(tellings).steps) {
        assertEquals(after.endedAt !== null, isFinished(after.state));
        assertEquals(after.error !== null, after.state === "FAILED");
      }
    });
  });

  it("refuses what the state does not allow", () => {
    property((tellings) => {
      const { snapshot } = history(tellings);
      for (const type of TYPES) {
        if (allows(snapshot.state, type)) continue;
        assertThrows(
          () => fold(snapshot, toEvent(snapshot, { type, count: 1, crashed: false })),
          RangeError,
        );
      }
    });
  });

  it("gives the same for events as they are read from the log", () => {
    forAll([fc.array(aTelling, { maxLength: 30 })], (tellings) => {
      const { steps, snapshot } = history(tellings);
      const stored = steps.reduce((before, { event }) => {
        const { seq, runId, at, ...body } = event;
        return fold(before, { ...decodeEvent(encodeEvent(body as RunEventBody)), seq, runId, at });
      }, EMPTY_SNAPSHOT);
      assertEquals(stored, snapshot);
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
    assert(fold(snapshot, next));
    assertThrowsMatch(() => fold(snapshot, { ...next, seq: 4 }), /seq must be 5, got 4/);
    assertThrowsMatch(() => fold(snapshot, { ...next, seq: 6 }), /seq must be 5, got 6/);
    const batches = { ...next, type: "batches" as const, epoch: 1, samplesPerSecond: 1 };
    const numbers = { losses: [1, 2], accs: [1, 2] };
    assertThrowsMatch(
      () => fold(snapshot, { ...batches, ...numbers, firstStep: 3 }),
      /firstStep must be 4/,
    );
    assertThrowsMatch(
      () => fold(snapshot, { ...batches, ...numbers, firstStep: 5 }),
      /firstStep must be 4/,
    );
    assertThrowsMatch(
      () => fold(snapshot, { ...batches, firstStep: 4, losses: [], accs: [] }),
      /at least one/,
    );
    assertThrowsMatch(
      () => fold(snapshot, { ...batches, firstStep: 4, losses: [1], accs: [] }),
      /as many/,
    );
    const { seq, runId, at } = next;
    assertThrowsMatch(
      () => fold(snapshot, { ...anEpoch(1), seq, runId, at }),
      /number must be 2, got 1/,
    );
  });
});
