/** The events that end an attempt. */
import { assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { EMPTY_SNAPSHOT, type RunSnapshot } from "../../../runs/log/snapshot.ts";
import { finalEvents } from "../../../runs/worker/outcome.ts";

const UNSAVED = "There is no room.";
const LOSS = `The last checkpoint is not kept: ${UNSAVED}`;
const CRASH = { type: "interrupted", reason: "It crashed.", crashed: true } as const;

const snapshotOf = (change: Partial<RunSnapshot>): RunSnapshot => ({
  ...EMPTY_SNAPSHOT,
  state: "RUNNING",
  ...change,
});

describe("the events that end an attempt", () => {
  it("tell of a last checkpoint that could not be saved, however the training ended", () => {
    const completed = { type: "completed" } as const;
    const running = snapshotOf({});
    assertEquals(finalEvents(running, { end: completed }), [completed]);
    assertEquals(finalEvents(running, { end: completed, unsaved: UNSAVED }), [
      { type: "log", level: "warning", message: LOSS },
      completed,
    ]);
    assertEquals(finalEvents(snapshotOf({ state: "PAUSING" }), { unsaved: UNSAVED }), [
      { type: "paused", reason: LOSS },
    ]);
    assertEquals(finalEvents(running, { unsaved: UNSAVED }), [
      { type: "interrupted", reason: `The worker was stopped. ${LOSS}`, crashed: false },
    ]);
  });

  it("cancel or pause a run whose trainer crashed after a client asked for that", () => {
    assertEquals(finalEvents(snapshotOf({ state: "CANCELLING" }), { end: CRASH }), [
      { type: "cancelled" },
    ]);
    assertEquals(finalEvents(snapshotOf({ state: "PAUSING" }), { end: CRASH }), [
      { type: "paused", reason: CRASH.reason },
    ]);
  });

  it("fail a run at its third crash without an epoch in between", () => {
    assertEquals(finalEvents(snapshotOf({ crashes: 1 }), { end: CRASH }), [CRASH]);
    const [event, ...others] = finalEvents(snapshotOf({ crashes: 2 }), { end: CRASH });
    assertEquals([event?.type, others], ["failed", []]);
    assertMatch(JSON.stringify(event), /must not crash 3 times .*The last time: It crashed\./);
  });
});
