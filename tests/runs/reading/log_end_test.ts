/** Readers who wait together at the end of a run's log. */
import { setImmediate } from "node:timers";
import { assert, assertEquals } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import type { RunEvent } from "../../../runs/log/event.ts";
import { followEpochs, followEvents } from "../../../runs/reading/follow.ts";
import { SLICE } from "../../../runs/reading/hand_out.ts";
import { openSqliteStore } from "../../../runs/store/sqlite/store.ts";
import type { Claim, RunStore } from "../../../runs/store/store.ts";
import { assertFails } from "../../support/errors.ts";
import { aSpec } from "../../support/fake_run.ts";
import { present } from "../../support/present.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";
import { soon, until } from "../../support/until.ts";

const folder = folderPerTest();
let store: RunStore;
let claim: Claim;
let appended: number;

/** Appends a line to the run's log. */
async function write(message: string): Promise<void> {
  await store.append(claim, ++appended, [{ type: "log", level: "info", message }]);
}

/** The store, which counts what its readers do. */
function counted(methods: Partial<RunStore> = {}) {
  const count = { reads: 0, waits: 0 };
  const counting: RunStore = {
    ...store,
    read(...args) {
      count.reads++;
      return store.read(...args);
    },
    async wait(...args) {
      count.waits++;
      await store.wait(...args);
      count.waits--;
    },
    ...methods,
  };
  return { store: counting, count };
}

type Reader = AsyncIterableIterator<RunEvent, void>;

/** Reads the messages that come until a message. */
async function messages(reader: Reader, last: string): Promise<readonly string[]> {
  const seen: string[] = [];
  while (seen.at(-1) !== last) {
    const { value } = await soon(reader.next(), `'${last}' must be read`);
    if (!value) throw new Error("The log has ended.");
    if (value.type === "log") seen.push(value.message);
  }
  return seen;
}

describe("readers at the end of a log", () => {
  let runId: string;
  let stop: AbortController;
  beforeEach(async () => {
    store = await openSqliteStore(folder.join("runs.db"));
    runId = (await store.create({ name: "r", spec: aSpec() })).run.id;
    claim = present(await store.claim({ worker: "w", leaseMs: 60_000 }));
    appended = 0;
    stop = new AbortController();
  });
  afterEach(async () => {
    stop.abort();
    await store.close();
  });

  const follow = (store: RunStore, signal = stop.signal) => followEvents(store, runId, { signal });

  it("are given an event by one read, however many wait", async () => {
    const { store, count } = counted();
    const readers = Array.from({ length: 20 }, () => follow(store));
    await write("first");
    await Promise.all(readers.map((reader) => messages(reader, "first")));
    const next = readers.map((reader) => messages(reader, "second"));
    await until("they wait", () => count.waits === 1);
    const before = count.reads;
    await write("second");
    assertEquals(await Promise.all(next), readers.map(() => ["second"]));
    assertEquals(count.reads - before, 1);
  });

  it("miss nothing when they come while others wait, or read slowly", async () => {
    const { store, count } = counted();
    const [quick, slow] = [follow(store), follow(store)];
    await write("1");
    assertEquals(await messages(quick, "1"), ["1"]);
    assertEquals(await messages(slow, "1"), ["1"]);
    for (const text of ["2", "3", "4"]) {
      const next = messages(quick, text);
      await until("it waits", () => count.waits === 1);
      await write(text);
      assertEquals(await next, [text]);
    }
    const late = follow(store);
    assertEquals(await messages(late, "4"), ["1", "2", "3", "4"]);
    const all = [quick, slow, late].map((reader) => messages(reader, "5"));
    await until("they wait", () => count.waits === 1);
    await write("5");
    assertEquals(await Promise.all(all), [["5"], ["2", "3", "4", "5"], ["5"]]);
  });

  it("leave one by one, and nobody waits for them when the last has left", async () => {
    const { store, count } = counted();
    const leaving = new AbortController();
    const [first, second] = [follow(store, leaving.signal), follow(store)];
    await write("1");
    await messages(first, "1");
    await messages(second, "1");
    const [left, stays] = [first.next(), messages(second, "2")];
    await until("they wait", () => count.waits === 1);
    leaving.abort();
    assertEquals(await soon(left, "it must end"), { done: true, value: undefined });
    await write("2");
    assertEquals(await stays, ["2"]);
    const last = second.next();
    await until("it waits", () => count.waits === 1);
    await second.return();
    assertEquals(await soon(last, "it must end"), { done: true, value: undefined });
    await until("nobody waits", () => count.waits === 0);
  });

  it("all have the last event before any of them ends, as ends take longer", async () => {
    const { store: counting, count } = counted();
    const seen: string[] = [];
    const ends = ["a", "b"].map((name) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const pull = followEvents(counting, runId, { signal: stop.signal }).connect({
        next({ type }) {
          seen.push(`${name}: ${type}`);
          pull();
        },
        idle() {},
        end() {
          seen.push(`${name} ends`);
          resolve();
        },
        fail: reject,
      });
      pull();
      return promise;
    });
    await until("they wait", () => count.waits === 1);
    seen.length = 0;
    await store.append(claim, ++appended, [{ type: "cancelled" }]);
    await soon(Promise.all(ends), "they must end");
    assertEquals(seen, ["a: cancelled", "b: cancelled", "a ends", "b ends"]);
  });

  it("are given an event a slice in each turn, and one that comes in between reads it once", async () => {
    const { store, count } = counted();
    const READERS = 4 * SLICE;
    const late = Promise.withResolvers<readonly string[]>();
    let [given, idle, givenInTurn] = [0, 0, 0];
    for (let reader = 0; reader < READERS; reader++) {
      const pull = followEvents(store, runId, { signal: stop.signal }).connect({
        next({ type }) {
          if (type === "log" && ++given === 1) {
            setImmediate(() => {
              givenInTurn = given;
              late.resolve(messages(follow(store), "2"));
            });
          }
          pull();
        },
        idle: () => idle++,
        end() {},
        fail: late.reject,
      });
      pull();
    }
    await until("all wait", () => idle === READERS && count.waits === 1);
    await write("1");
    await until("all have it and wait again", () => idle >= 2 * READERS);
    assert(givenInTurn <= 2 * SLICE, `${givenInTurn} of ${READERS} have it in one turn.`);
    assertEquals(given, READERS);
    await write("2");
    assertEquals(await soon(late.promise, "it must have all"), ["1", "2"]);
    await until("all have both", () => given >= 2 * READERS);
    assertEquals(given, 2 * READERS);
  });

  it("go on waiting after events of other types", async () => {
    const { store, count } = counted();
    const epochs = followEpochs(store, { runId, signal: stop.signal });
    const first = epochs.next();
    await until("it waits", () => count.waits === 1);
    await write("1");
    await until("the event is seen", () => count.reads === 2 && count.waits === 1);
    stop.abort();
    assertEquals((await soon(first, "it must end")).done, true);
  });

  it("all fail when the log cannot be read, and the next one reads again", async () => {
    let isAway = false;
    const { store: failing, count } = counted({
      read: (...args) => isAway ? Promise.reject(new Error("It is away.")) : store.read(...args),
    });
    const readers = [follow(failing), follow(failing)];
    await write("1");
    for (const reader of readers) await messages(reader, "1");
    const next = readers.map((reader) => messages(reader, "2"));
    for (const read of next) read.catch(() => {});
    await until("they wait", () => count.waits === 1);
    isAway = true;
    await write("2");
    for (const read of next) await assertFails(read, /away/);
    isAway = false;
    const again = follow(failing);
    assertEquals(await messages(again, "2"), ["1", "2"]);
    assert((await readers[0]?.next())?.done);
  });
});
