/** Repeated work: when it is repeated, what is reported, and how it ends. */
import { describe, it } from "@std/testing/bdd";
import { deepStrictEqual, rejects, strictEqual } from "@std/assert";
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
    strictEqual(await retry(failing().work, { signal, pauseMs: 1, onProblem }), "done");
    deepStrictEqual(problems, []);
  });

  it("reports a problem once, another one again, and with null that it has ended", async () => {
    const problems: (string | null)[] = [];
    const { work, attempts } = failing("busy", "busy", "full", "full");
    const onProblem = (problem: string | null) => void problems.push(problem);
    strictEqual(await retry(work, { signal, pauseMs: 1, maxPauseMs: 2, onProblem }), "done");
    deepStrictEqual(problems, ["busy", "full", null]);
    strictEqual(attempts(), 5);
  });

  it("throws an error that cannot pass at once", async () => {
    const { work, attempts } = failing("gone", "gone");
    const isTransient = (error: unknown) => (error as Error).message !== "gone";
    await rejects(retry(work, { signal, pauseMs: 60_000, isTransient }), /gone/);
    strictEqual(attempts(), 1);
  });

  it("makes one last attempt when the signal aborts, and throws its error", async () => {
    const stop = new AbortController();
    const { work, attempts } = failing("busy", "still busy", "never tried");
    const trying = retry(work, {
      signal: stop.signal,
      pauseMs: 60_000,
      onProblem: () => stop.abort(),
    });
    await rejects(trying, /still busy/);
    strictEqual(attempts(), 2);
  });

  it("makes one attempt where the signal has aborted before", async () => {
    const { work, attempts } = failing("busy");
    await rejects(retry(work, { signal: AbortSignal.abort(), pauseMs: 60_000 }), /busy/);
    strictEqual(attempts(), 1);
  });
});
