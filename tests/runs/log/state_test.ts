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

const telling = (type: RunEventType, count = 1): Telling => ({ type, count, crashed: false });

/** A run whose log reaches step 3. */
const THREE_STEPS = [telling("queued"), telling("claimed"), telling("batches", 3)];

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

const foldNext = (snapshot: RunSnapshot, body: RunEventBody) =>
  fold(snapshot, { ...body, seq: snapshot.lastSeq + 1, runId: "r", at: "" });

function toBody(snapshot: RunSnapshot, { type, count, crashed }: Telling): RunEventBody {
  // A float32 of many digits, of which the log keeps few.
  const numbers = Array<number>(count).fill(Math.fround(0.1));
  switch (type) {
    case "claimed":
      return { type, worker: "w", attempt: snapshot.attempts + 1 };
    case "started":
      return { type, device: "d", engine: "e", stepsPerEpoch: count, steps: 9, parameters: 1 };
    case "batches":
      return batchesFrom(snapshot.step + 1, numbers, numbers);
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

function batchesFrom(firstStep: number, losses: number[], accs: number[]): RunEventBody {
  return { type: "batches", epoch: 1, firstStep, losses, accs, samplesPerSecond: 1 };
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
      const countOf = (wanted: RunEventType) => events.filter(({ type }) => type === wanted).length;
      assertEquals(snapshot.lastEpoch?.number ?? 0, countOf("epoch"));
      assertEquals(snapshot.attempts, countOf("claimed"));
    });
  });

  it("counts the crashes since the last epoch, or since a failed run was tried again", () => {
    property((tellings) => {
      const { steps, snapshot } = history(tellings);
      const reset = steps.findLastIndex(({ before, event }) =>
        event.type === "epoch" || (event.type === "resumeRequested" && before.state === "FAILED")
      );
      const crashes = steps.slice(reset + 1)
        .filter(({ event }) => event.type === "interrupted" && event.crashed);
      assertEquals(snapshot.crashes, crashes.length);
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
      const listed = snapshot.checkpoints.map(({ file, step }) => [file, step] as const);
      assertEquals(listed, [...there].toSorted(([, a], [, b]) => a - b));
      assertEquals(snapshot.lastCheckpoint?.file, listed.at(-1)?.[0]);
    });
  });

  it("refuses a checkpoint that the log does not reach, or of a name that there is", () => {
    const { snapshot } = history([...THREE_STEPS, telling("checkpoint")]);
    const next = (step: number, file: string) => foldNext(snapshot, aCheckpoint(step, file));
    assert(next(3, "new"));
    assertThrowsMatch(() => next(4, "new"), /step must be between 1 and 3, got 4/);
    assertThrowsMatch(() => next(0, "new"), /step must be between 1 and 3, got 0/);
    assertThrowsMatch(() => next(3, "4"), /a checkpoint already has the file '4'/);
  });

  it("goes on with the epochs that were last asked for", () => {
    const start = [telling("queued"), telling("claimed"), telling("started", 5)];
    const paused = [telling("pauseRequested"), telling("paused")];
    const resumed = telling("resumeRequested");
    const withEpochs = { ...telling("resumeRequested", 4), crashed: true };
    const { snapshot } = history([...start, ...paused, withEpochs, ...paused, resumed]);
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
        assertThrows(() => fold(snapshot, toEvent(snapshot, telling(type))), RangeError);
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
    const { snapshot } = history([...THREE_STEPS, telling("epoch")]);
    const next = toEvent(snapshot, telling("batches", 2));
    assert(fold(snapshot, next));
    assertThrowsMatch(() => fold(snapshot, { ...next, seq: 4 }), /seq must be 5, got 4/);
    assertThrowsMatch(() => fold(snapshot, { ...next, seq: 6 }), /seq must be 5, got 6/);
    const refused: readonly (readonly [RunEventBody, RegExp])[] = [
      [batchesFrom(3, [1, 2], [1, 2]), /firstStep must be 4/],
      [batchesFrom(5, [1, 2], [1, 2]), /firstStep must be 4/],
      [batchesFrom(4, [], []), /at least one/],
      [batchesFrom(4, [1], []), /as many/],
      [anEpoch(1), /number must be 2, got 1/],
    ];
    for (const [body, message] of refused) {
      assertThrowsMatch(() => foldNext(snapshot, body), message);
    }
  });
});
