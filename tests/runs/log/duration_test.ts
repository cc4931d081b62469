/** Durations of a run, with and without its pauses. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { secondsOf, trainedSeconds } from "../../../runs/log/duration.ts";

describe("The duration of a run", () => {
  it("holds its pauses from start to end", () => {
    const startedAt = "2026-01-01T00:00:00Z";
    assertEquals(secondsOf({ startedAt, endedAt: "2026-01-01T02:00:00Z" }), 7200);
    assertEquals(secondsOf({ startedAt, endedAt: null }), null);
  });

  it("is the sum of its epochs without its pauses", () => {
    assertEquals(trainedSeconds([{ seconds: 300 }, { seconds: 420.5 }]), 720.5);
    assertEquals(trainedSeconds([]), 0);
  });
});
