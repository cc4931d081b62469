/** The pauses between attempts. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { pauseAfter } from "../../webhooks/retry_pause.ts";
import { MAX_PAUSE_MS, MAX_RETRY_AFTER_MS } from "../../webhooks/timeouts.ts";

describe("the pause after a failure", () => {
  it("doubles up to an hour", () => {
    assertEquals([1, 2, 3, 4].map((failures) => pauseAfter(failures, null, 0)), [
      ...[5_000, 10_000, 20_000, 40_000],
    ]);
    assertEquals(pauseAfter(11, null, 0), MAX_PAUSE_MS);
    assertEquals(pauseAfter(5_000, null, 0), MAX_PAUSE_MS);
  });

  it("is shortened by a random part, by a quarter at most", () => {
    assertEquals(pauseAfter(1, null, 1), 3_750);
    assertEquals(pauseAfter(1, null, 0.5), 4_375);
  });

  it("is as long as the receiver asks for, up to a day", () => {
    assertEquals(pauseAfter(1, 120_000, 1), 120_000);
    assertEquals(pauseAfter(5, 1_000, 0), 80_000);
    assertEquals(pauseAfter(1, 1e12, 0), MAX_RETRY_AFTER_MS);
  });
});
