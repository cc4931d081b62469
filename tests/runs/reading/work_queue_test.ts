/** Work that takes seconds: one after the other, once for all, given up when nobody waits, bounded, kept. */
import { assertEquals, assertRejects } from "@std/assert";
import { assertFails } from "../../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import { setImmediate } from "node:timers/promises";
import { createWorkQueue } from "../../../runs/reading/work_queue.ts";

/** A queue, and work that ends when the test says so. */
function workshop({ most = 3, kept = 2 } = {}) {
  const queue = createWorkQueue<string>({
    purpose: "do the work",
    maxPending: most,
    maxCached: kept,
  });
  const begun: string[] = [];
  const stopped: string[] = [];
  /** Pieces under way, or that are waited for. */
  const open = new Map<string, PromiseWithResolvers<PromiseWithResolvers<string>>>();
  const pieceOf = (key: string) =>
    open.getOrInsertComputed(key, () => Promise.withResolvers<PromiseWithResolvers<string>>());
  const ask = (key: string, signal?: AbortSignal) =>
    queue.run(key, (stop) => {
      begun.push(key);
      const piece = Promise.withResolvers<string>();
      pieceOf(key).resolve(piece);
      stop.addEventListener("abort", () => {
        if (!open.delete(key)) return;
        stopped.push(key);
        piece.reject(stop.reason);
      });
      return piece.promise;
    }, signal);
  return {
    ask,
    begun,
    stopped,
    /** Ends a piece as soon as it is under way. */
    async end(key: string, result: string | Error = `${key} done`) {
      const piece = await pieceOf(key).promise;
      open.delete(key);
      if (typeof result === "string") piece.resolve(result);
      else piece.reject(result);
    },
  };
}

describe("a work queue", () => {
  it("does one piece after the other, and each once for all who ask meanwhile", async () => {
    const { ask, begun, end } = workshop();
    const [first, same, second] = [ask("a"), ask("a"), ask("b")];
    await end("a");
    assertEquals(await Promise.all([first, same]), ["a done", "a done"]);
    await end("b");
    assertEquals(await second, "b done");
    assertEquals(begun, ["a", "b"]);
  });

  it("keeps the last results, and no more", async () => {
    const { ask, begun, end } = workshop({ kept: 2 });
    for (const key of ["a", "b"]) {
      const asked = ask(key);
      await end(key);
      await asked;
    }
    // The one that was asked for again stays.
    assertEquals(await ask("a"), "a done");
    const third = ask("c");
    await end("c");
    await third;
    assertEquals(await ask("a"), "a done");
    assertEquals(begun, ["a", "b", "c"]);
    const anew = ask("b");
    await end("b");
    await anew;
    assertEquals(begun, ["a", "b", "c", "b"]);
  });

  it("stops what nobody waits for, under way or not, and not what somebody waits for", async () => {
    const { ask, begun, stopped, end } = workshop();
    const [one, other, third] = [1, 2, 3].map(() => new AbortController());
    const first = ask("a", one?.signal);
    const shared = ask("a", other?.signal);
    const waiting = ask("b", third?.signal);
    while (begun.length === 0) await setImmediate();
    one?.abort(new Error("gone"));
    await assertFails(first, /gone/);
    assertEquals(stopped, []);

    third?.abort();
    await assertRejects(() => waiting);
    other?.abort(new Error("gone too"));
    await assertFails(shared, /gone too/);
    assertEquals(stopped, ["a"]);

    const again = ask("a");
    const next = ask("c");
    await end("a", "a anew");
    assertEquals(await again, "a anew");
    await end("c");
    await next;
    assertEquals(begun, ["a", "a", "c"], "b was never begun");
  });

  it("begins nothing for who has gone already", async () => {
    const { ask, begun } = workshop();
    await assertFails(ask("a", AbortSignal.abort(new Error("gone"))), /gone/);
    assertEquals(begun, []);
  });

  it("refuses more work than its limit, which it names, but not requests for work that it already has", async () => {
    const { ask, end } = workshop({ most: 2 });
    const [first, second] = [ask("a"), ask("b")];
    await assertFails(ask("c"), {
      name: "BusyError",
      message: "Cannot do the work: at most 2 may be under way at a time, got one more. " +
        "Ask again in a few seconds.",
    });
    const same = ask("b");
    await end("a");
    await first;
    await end("b");
    assertEquals(await same, await second);
    const third = ask("c");
    await end("c");
    await third;
  });

  it("tries again what has failed", async () => {
    const { ask, end } = workshop();
    const first = ask("a");
    await end("a", new Error("no luck"));
    await assertFails(first, /no luck/);
    const second = ask("a");
    await end("a");
    assertEquals(await second, "a done");
  });
});
