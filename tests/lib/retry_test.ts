/** Repeated work: when it is repeated, what is reported, and how it ends. */
import { describe, it } from "@std/testing/bdd";
import { assertEquals } from "@std/assert";
import { assertFails } from "../support/errors.ts";
import { retry } from "../../lib/retry.ts";

/** Work that fails with these messages, one after the other, and then succeeds. */
const failing = (...messages: string[]) => {
  let attempts = 0;
  return {
    work: () => {
      const message = messages[attempts++];
      return message === undefined ? Promise.resolve("done") : Promise.reject(new Error(message));
    },
    attempts: () => attempts,
  };
};

const signal = new AbortController().signal;

describe("retry()", () => {
  it("returns the first result without a report where nothing fails", async () => {
    const problems: (string | null)[] = [];
    const onProblem = (problem: string | null) => void problems.push(problem);
    assertEquals(await retry(failing().work, { signal, pauseMs: 1, onProblem }), "done");
    assertEquals(problems, []);
  });

  it("reports a problem once, another one again, and with null that it has ended", async () => {
    const problems: (string | null)[] = [];
    const { work, attempts } = failing("busy", "busy", "full", "full");
    const onProblem = (problem: string | null) => void problems.push(problem);
    assertEquals(await retry(work, { signal, pauseMs: 1, maxPauseMs: 2, onProblem }), "done");
    assertEquals(problems, ["busy", "full", null]);
    assertEquals(attempts(), 5);
  });

  it("doubles the pause after each attempt, up to the longest", async () => {
    const pauses: number[] = [];
    const setTimer = globalThis.setTimeout;
    using _restored = { [Symbol.dispose]: () => void (globalThis.setTimeout = setTimer) };
    globalThis.setTimeout = ((end: () => void, ms: number) => {
      pauses.push(ms);
      return setTimer(end);
    }) as typeof setTimeout;
    const { work } = failing("busy", "busy", "busy", "busy");
    await retry(work, { signal, pauseMs: 100, maxPauseMs: 300 });
    assertEquals(pauses, [100, 200, 300, 300]);
  });

  it("throws an error that cannot pass at once", async () => {
    const { work, attempts } = failing("gone", "gone");
    const isTransient = (error: unknown) => (error as Error).message !== "gone";
    await assertFails(retry(work, { signal, pauseMs: 60_000, isTransient }), /gone/);
    assertEquals(attempts(), 1);
  });

  it("gives up after the last of a limited number of attempts", async () => {
    const { work, attempts } = failing("busy", "busy", "still busy", "never tried");
    const trying = retry(work, { pauseMs: 1, maxAttempts: 3 });
    await assertFails(trying, /still busy/);
    assertEquals(attempts(), 3);
  });

  it("makes one last attempt when the signal aborts, and throws its error", async () => {
    const stop = new AbortController();
    const { work, attempts } = failing("busy", "still busy", "never tried");
    const trying = retry(work, {
      signal: stop.signal,
      pauseMs: 60_000,
      onProblem: () => stop.abort(),
    });
    await assertFails(trying, /still busy/);
    assertEquals(attempts(), 2);
  });

  it("makes one attempt where the signal has aborted before", async () => {
    const { work, attempts } = failing("busy");
    await assertFails(retry(work, { signal: AbortSignal.abort(), pauseMs: 60_000 }), /busy/);
    assertEquals(attempts(), 1);
  });
});
