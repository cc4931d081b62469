/** Sequences that are read by callbacks or as async iterables. */
import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import {
  createPullSource,
  findPullSource,
  type PullSource,
  type Sink,
  toPullSource,
} from "../../../lib/streams/pull_source.ts";
import { soon } from "../../support/until.ts";

/** Reads a source by callbacks. @returns the outcomes that its sink receives */
async function told(source: PullSource<number>, pulls: number): Promise<readonly unknown[]> {
  const seen: unknown[] = [];
  let arrived = Promise.withResolvers<void>();
  const note = (what: unknown) => {
    seen.push(what);
    arrived.resolve();
  };
  const sink: Sink<number> = {
    next: note,
    idle: () => seen.push("idle"),
    end: () => note("end"),
    fail: (error) => note(String(error)),
  };
  const pull = source.connect(sink);
  for (let count = 0; count < pulls; count++) {
    arrived = Promise.withResolvers();
    pull();
    await soon(arrived.promise, "a pull must have an outcome");
  }
  return seen;
}

async function* numbers(error?: Error): AsyncGenerator<number, void> {
  yield 1;
  yield 2;
  if (error) throw error;
}

/** A source of 1, 2, 3, … that ends when it is closed. */
function counter(): PullSource<number> {
  let [count, isClosed] = [0, false];
  return createPullSource<number>(
    (sink) => () => isClosed ? sink.end() : sink.next(++count),
    () => void (isClosed = true),
  );
}

describe("a pull source", () => {
  it("is read by callbacks and as an async iterable alike", async () => {
    assertEquals(await told(counter(), 3), [1, 2, 3]);
    const seen: number[] = [];
    for await (const number of counter()) {
      seen.push(number);
      if (number === 3) break;
    }
    assertEquals(seen, [1, 2, 3]);
    const ended = counter();
    await ended.return();
    assertEquals(await Array.fromAsync(ended), []);
  });

  it("is made of any async iterable, with its end and its error", async () => {
    assertEquals(await told(toPullSource(numbers()), 4), [1, 2, "end", "end"]);
    const failing = () => toPullSource(numbers(new Error("broken")));
    assertEquals(await told(failing(), 4), [1, 2, "Error: broken", "end"]);
    await assertRejects(() => Array.fromAsync(failing()), Error, "broken");
    const source = counter();
    assertStrictEquals(toPullSource(source), source);
  });

  it("may be found only when it is read, or prove empty", async () => {
    assertEquals(await told(findPullSource(() => Promise.resolve(counter())), 2), [1, 2]);
    assertEquals(await told(findPullSource(() => Promise.resolve(undefined)), 2), ["end", "end"]);
    const lost = findPullSource<number>(() => Promise.reject(new Error("away")));
    assertEquals(await told(lost, 2), ["Error: away", "end"]);
  });

  it("that is closed before it was found is never read", async () => {
    const found = Promise.withResolvers<PullSource<number>>();
    const source = findPullSource(() => found.promise);
    const first = source.next();
    await source.return();
    found.resolve(counter());
    assertEquals(await soon(first, "the read must end"), { done: true, value: undefined });
  });
});
