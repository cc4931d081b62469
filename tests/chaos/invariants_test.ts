/**
 * The checker of the chaos must see what it is there to see: each test does one thing wrong to a run that is right.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { EMPTY_SNAPSHOT } from "../../runs/log/snapshot.ts";
import { fold } from "../../runs/log/fold.ts";
import type { Run } from "../../runs/log/run.ts";
import type { RunEvent, RunEventBody } from "../../runs/log/event.ts";
import {
  checkRun,
  type Expected,
  type Findings,
  type Invariant,
  numbersOf,
} from "../../tools/chaos/invariants.ts";
import { checkRequests } from "../../tools/chaos/acknowledged.ts";
import { checkWatched, type Seen } from "../../tools/chaos/watched.ts";
import { aSpec, aTraining } from "../support/fake_run.ts";
import { present } from "../support/present.ts";

const SPEC = aSpec();

/** Events of a run whose first worker died in the middle. */
function bodies(): RunEventBody[] {
  const training: RunEventBody[] = [...aTraining(SPEC)];
  training.splice(
    4,
    0,
    { type: "interrupted", reason: "killed", crashed: true },
    { type: "claimed", worker: "second", attempt: 2 },
    ...training.slice(0, 1),
  );
  return [
    { type: "queued" },
    { type: "claimed", worker: "first", attempt: 1 },
    ...training,
    { type: "completed" },
  ];
}

function logOf(bodies: readonly RunEventBody[]): RunEvent[] {
  return bodies.map((body, index) => ({
    ...body,
    seq: index + 1,
    runId: "run",
    at: new Date(1_000 * index).toISOString(),
  }));
}

function runOf(events: readonly RunEvent[], change: Partial<Run> = {}): Run {
  return {
    id: "run",
    name: "a run",
    originalName: "a run",
    startedBy: null,
    spec: SPEC,
    createdAt: new Date(0).toISOString(),
    snapshot: events.reduce(fold, EMPTY_SNAPSHOT),
    ...change,
  };
}

const RIGHT = logOf(bodies());
const RUN = runOf(RIGHT);
const NUMBERS = numbersOf(RIGHT);

/** The index of the nth event of a type, from 0. */
function find(type: RunEvent["type"], nth = 0): number {
  const index = RIGHT.flatMap((event, index) => event.type === type ? [index] : [])[nth];
  return present(index);
}

/** The right log with some events replaced, and the seqs counted anew. */
function changed(index: number, count: number, ...events: readonly RunEvent[]): RunEvent[] {
  return RIGHT.toSpliced(index, count, ...events).map((event, index) => ({
    ...event,
    seq: index + 1,
  }));
}

function at<Type extends RunEvent["type"]>(type: Type, nth = 0): RunEvent<Type> {
  return RIGHT[find(type, nth)] as RunEvent<Type>;
}

/** Returns the invariants that a log breaks; its run has the snapshot of the right one. */
function broken(events: readonly RunEvent[], expected?: Expected): Invariant[] {
  return names(checkRun(RUN, events, { numbers: NUMBERS, ...expected }));
}

function names({ violations }: Findings): Invariant[] {
  return [...new Set(violations.map(({ invariant }) => invariant))];
}

describe("checkRun()", () => {
  it("finds nothing in a run that was interrupted and went on", () => {
    assertEquals(checkRun(RUN, RIGHT, { numbers: NUMBERS }), {
      checked: ["seqs", "steps", "epochs", "attempts", "end", "kept", "state", "numbers"],
      violations: [],
    });
  });

  it("sees a named checkpoint go, and two with one name", () => {
    const after = find("batches", 1) + 1;
    const body = { epoch: 1, bytes: 1, sha256: "0", reason: "interval", testAcc: null } as const;
    const added = (...bodies: readonly RunEventBody[]) =>
      changed(after, 0, ...logOf(bodies)).map((event) => ({ ...event, runId: "run" }));
    const checkpoints: readonly RunEventBody[] = [
      { ...body, type: "checkpoint", step: 1, file: "one" },
      { ...body, type: "checkpoint", step: 2, file: "two" },
      { type: "checkpointNamed", file: "one", name: "best" },
    ];
    const brokenBy = (...more: readonly RunEventBody[]) => {
      const events = added(...checkpoints, ...more);
      return names(checkRun(RUN, events)).includes("kept");
    };
    assert(!brokenBy());
    assert(brokenBy({ type: "checkpointRemoved", file: "one", unusable: false }));
    assert(!brokenBy({ type: "checkpointRemoved", file: "one", unusable: true }));
    assert(!brokenBy({ type: "checkpointRemoved", file: "two", unusable: false }));
    assert(brokenBy({ type: "checkpointNamed", file: "two", name: "best" }));
    assert(
      !brokenBy(
        { type: "checkpointNamed", file: "one", name: null },
        { type: "checkpointNamed", file: "two", name: "best" },
        { type: "checkpointRemoved", file: "one", unusable: false },
      ),
    );
  });

  it("sees a gap in the seqs, and a double", () => {
    const at = find("batches", 2);
    const event = RIGHT[at] as RunEvent;
    assert(broken(RIGHT.toSpliced(at, 1)).includes("seqs"));
    assert(broken(RIGHT.toSpliced(at, 0, event)).includes("seqs"));
    const swapped = RIGHT.toSpliced(at, 2, RIGHT[at + 1] as RunEvent, event);
    assert(broken(swapped).includes("seqs"));
  });

  it("sees an event of another run", () => {
    const strange = { ...at("started"), runId: "other" };
    assertEquals(broken(changed(find("started"), 1, strange)), ["seqs"]);
  });

  it("sees steps that are missing, also at the log's end, although the seqs have no gap", () => {
    assert(broken(changed(find("batches", 1), 1)).includes("steps"));
    const last = at("batches", 5);
    const shorter = { ...last, losses: last.losses.slice(1), accs: last.accs.slice(1) };
    const found = broken(changed(find("batches", 5), 1, shorter));
    assert(found.includes("end") && found.includes("epochs") && found.includes("numbers"));
  });

  it("sees steps that come twice", () => {
    const index = find("batches", 1);
    const findings = checkRun(RUN, changed(index, 0, at("batches", 1)));
    assert(names(findings).includes("steps"));
    assertMatch(JSON.stringify(findings.violations), /step 3 comes twice/);
  });

  it("sees steps of the wrong epoch, and losses without accuracies", () => {
    const index = find("batches", 1);
    assert(broken(changed(index, 1, { ...at("batches", 1), epoch: 2 })).includes("steps"));
    assert(broken(changed(index, 1, { ...at("batches", 1), accs: [] })).includes("steps"));
  });

  it("sees an epoch that is missing, comes twice or too early", () => {
    const index = find("epoch", 1);
    assert(broken(changed(index, 1)).includes("epochs"));
    assert(broken(changed(index, 0, at("epoch", 1))).includes("epochs"));
    const early = RIGHT.toSpliced(index, 1).toSpliced(index - 1, 0, at("epoch", 1));
    assert(broken(early.map((event, index) => ({ ...event, seq: index + 1 }))).includes("epochs"));
  });

  it("sees an attempt that is not counted", () => {
    const index = find("claimed", 1);
    assertEquals(broken(changed(index, 1, { ...at("claimed", 1), attempt: 1 })), [
      "attempts",
      "state",
    ]);
  });

  it("sees a run that does not end, ends twice, or goes on after its end", () => {
    const end = find("completed");
    assert(broken(changed(end, 1)).includes("end"));
    assert(broken(changed(end, 0, at("completed"))).includes("end"));
    assert(broken([...RIGHT, { ...at("epoch"), seq: RIGHT.length + 1 }]).includes("end"));
  });

  it("sees a run that ended in another state than it should", () => {
    assertEquals(names(checkRun(RUN, RIGHT, { state: "CANCELLED" })), ["end"]);
    const failed = [
      ...RIGHT.slice(0, find("completed")),
      { type: "failed", error: "no device", seq: RIGHT.length, runId: "run", at: RUN.createdAt },
    ] as const satisfies readonly RunEvent[];
    const { violations } = checkRun(runOf(failed), failed);
    assertMatch(violations[0]?.what ?? "", /must be COMPLETED, got FAILED \(no device\)/);
  });

  it("sees a stored state that the log does not add up to", () => {
    const snapshot = { ...RUN.snapshot, bestTestAcc: 1 };
    assertEquals(names(checkRun({ ...RUN, snapshot }, RIGHT)), ["state"]);
  });

  it("sees a number that differs in its last bit", () => {
    const index = find("batches", 3);
    const event = at("batches", 3);
    const next = new Float32Array([event.losses[1] ?? 0]);
    const bits = new Uint32Array(next.buffer);
    bits[0] = (bits[0] ?? 0) + 1;
    const losses = [event.losses[0] ?? 0, next[0] ?? 0];
    assertEquals(broken(changed(index, 1, { ...event, losses })), ["numbers"]);
    const accs = event.accs.map((acc) => acc + 1e-9);
    assertEquals(broken(changed(index, 1, { ...event, accs })), ["numbers"]);
  });

  it("sees an epoch's number that differs, but does not mind how long it took", () => {
    const index = find("epoch", 1);
    const changes = { trainAcc: 0.1, trainLoss: 9, testLoss: 9, learningRate: 1 };
    for (const change of Object.entries(changes)) {
      const event = { ...at("epoch", 1), ...Object.fromEntries([change]) };
      assertEquals(broken(changed(index, 1, event)), ["numbers"], change[0]);
    }
    assertEquals(broken(changed(index, 1, { ...at("epoch", 1), seconds: 99 })), []);
  });

  it("compares what a cancelled run has of its numbers", () => {
    const whole = RIGHT.slice(0, find("epoch", 1));
    const next = (type: "cancelRequested" | "cancelled", after: number): RunEvent => ({
      type,
      seq: whole.length + after,
      runId: "run",
      at: RUN.createdAt,
    });
    const cancelled = [...whole, next("cancelRequested", 1), next("cancelled", 2)];
    const expected = { state: "CANCELLED", numbers: NUMBERS } as const;
    assertEquals(checkRun(runOf(cancelled), cancelled, expected).violations, []);
    const wrong = { ...NUMBERS, losses: NUMBERS.losses.with(2, 7) };
    const findings = checkRun(runOf(cancelled), cancelled, { state: "CANCELLED", numbers: wrong });
    assertEquals(names(findings), ["numbers"]);
  });

  it("tells of the first few of many findings", () => {
    const losses = NUMBERS.losses.map((loss) => loss + 1);
    const { violations } = checkRun(RUN, RIGHT, { numbers: { ...NUMBERS, losses } });
    assertEquals(violations.map(({ what }) => what.slice(0, 14)), [
      "losses: step 1",
      "losses: step 2",
      "losses: step 3",
    ]);
  });
});

describe("checkWatched()", () => {
  const SEEN = RIGHT.map((event): Seen => ({ ...event, __typename: "X", runId: "UnVuOnJ1bg==" }));
  const seen = (events: readonly Seen[]) => names(checkWatched("it", events, RIGHT));

  it("finds nothing where everything came once", () => assertEquals(seen(SEEN), []));

  it("does not require watchers to have received events after the run's end", () => {
    const said = { type: "renamed", name: "later", runId: "run", at: RUN.createdAt } as const;
    const log = [...RIGHT, { ...said, seq: RIGHT.length + 1 }];
    assertEquals(names(checkWatched("it", SEEN, log)), []);
    assertEquals(names(checkWatched("it", SEEN.slice(0, -1), log)), ["watched"]);
  });

  it("sees what is missing, comes twice or in another order", () => {
    assertEquals(seen(SEEN.toSpliced(3, 1)), ["watched"]);
    assertEquals(seen(SEEN.slice(0, -1)), ["watched"]);
    assertEquals(seen(SEEN.toSpliced(3, 0, SEEN[3] as Seen)), ["watched"]);
    assertEquals(seen([...SEEN, SEEN.at(-1) as Seen]), ["watched"]);
    assertEquals(seen(SEEN.toSpliced(3, 2, SEEN[4] as Seen, SEEN[3] as Seen)), ["watched"]);
  });

  it("sees what is not as it was logged", () => {
    const index = find("batches", 2);
    const wrong = { ...SEEN[index] as Seen, losses: [0, 0] };
    assertEquals(seen(SEEN.with(index, wrong)), ["watched"]);
  });
});

describe("checkRequests()", () => {
  const named = (name: string, id: string) => ({ ...RUN, name, id });

  it("finds nothing where each request has its run, answered or not", () => {
    const asked = [{ name: "a", id: "1" }, { name: "b" }, { name: "c" }];
    const findings = checkRequests(asked, [named("a", "1"), named("b", "2")]);
    assertEquals(findings, { checked: ["acknowledged", "doubled"], violations: [] });
  });

  it("sees an answered request whose run is gone", () => {
    assertEquals(names(checkRequests([{ name: "a", id: "1" }], [])), ["acknowledged"]);
  });

  it("sees a request with two runs, and a run without a request", () => {
    const twice = [named("a", "1"), named("a", "2")];
    assertEquals(names(checkRequests([{ name: "a", id: "1" }], twice)), ["doubled"]);
    assertEquals(names(checkRequests([], [named("a", "1")])), ["doubled"]);
  });
});
