/** Signals of commits between the processes that share a SQLite file. */
import { assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { DatabaseSync } from "node:sqlite";
import { type CommitSignal, createCommitSignal } from "../../../runs/store/sqlite/commit_signal.ts";
import { openSqliteStore } from "../../../runs/store/sqlite/store.ts";
import { aSpec } from "../../support/fake_run.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";
import { aWorker } from "../../support/a_worker.ts";

const folder = folderPerTest();

/** Resolves when a signal arrives. */
const receive = (signal: CommitSignal) => new Promise<void>((resolve) => signal.listen(resolve));

describe("a signal of commits", () => {
  it("reaches all that listen", async () => {
    const file = folder.join("signal");
    const signals = Array.from({ length: 3 }, () => createCommitSignal(file));
    const received = Promise.all(signals.map(receive));
    signals[0]?.send();
    await received;
    for (const signal of signals) signal.close();
  });

  it("reaches nobody who has stopped listening", async () => {
    const file = folder.join("signal");
    const [closed, open] = [createCommitSignal(file), createCommitSignal(file)];
    let count = 0;
    closed.listen(() => count++);
    closed.close();
    const received = receive(open);
    open.send();
    await received;
    assertEquals(count, 0);
    open.close();
  });

  it("does nothing where its file cannot be watched", () => {
    const signal = createCommitSignal(folder.join("none", "signal"));
    signal.listen(() => {
      throw new Error("No signal can arrive.");
    });
    signal.send();
    signal.close();
  });
});

describe("a SQLite store", () => {
  for (
    const [commit, write] of [
      ["a transaction", (store) => store.create({ name: "r", spec: aSpec() })],
      ["a write of its own", (store) => store.registerWorker(aWorker({ id: "w" }))],
    ] satisfies [string, (store: Awaited<ReturnType<typeof openSqliteStore>>) => Promise<unknown>][]
  ) {
    it(`sends a signal at ${commit}`, async () => {
      const path = folder.join("runs.db");
      const store = await openSqliteStore(path);
      const signal = createCommitSignal(`${path}-commits`);
      const received = receive(signal);
      await write(store);
      await received;
      signal.close();
      await store.close();
    });
  }

  const isLinux = Deno.build.os === "linux";
  it("keeps its locks when it receives signals", { ignore: !isLinux }, async () => {
    const path = folder.join("runs.db");
    const [store, other] = [await openSqliteStore(path), await openSqliteStore(path)];
    const signal = createCommitSignal(`${path}-commits`);
    const received = receive(signal);
    const woken = store.wait(store.mark(), new AbortController().signal);
    await other.create({ name: "r", spec: aSpec() });
    await Promise.all([woken, received]);
    // The lock by which other processes know that the index of the write-ahead log is in use.
    const { ino } = await Deno.stat(`${path}-shm`);
    assertMatch(await Deno.readTextFile("/proc/locks"), new RegExp(`READ.*:${ino} 128 128`));
    signal.close();
    await store.close();
    await other.close();
  });

  it("wakes who waits when a program commits without a signal", async () => {
    const path = folder.join("runs.db");
    const store = await openSqliteStore(path);
    const mark = store.mark();
    const woken = store.wait(mark, new AbortController().signal);
    {
      using other = new DatabaseSync(path);
      other.exec("create table others (id integer)");
    }
    await woken;
    assertEquals(store.mark() > mark, true);
    await store.close();
  });
});
