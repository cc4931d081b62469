/** Worker processes with fake trainings, but real signals and a real database. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { DatabaseSync } from "node:sqlite";
import { randomStream } from "../../../data/random.ts";
import { delay } from "../../../lib/delay.ts";
import type { RunStore } from "../../../runs/store/store.ts";
import { openSqliteStore } from "../../../runs/store/sqlite/store.ts";
import { LOCAL } from "../../../schema/base/access.ts";
import { createApi } from "../../support/api.ts";
import { smallDatasets } from "../../support/datasets.ts";
import { aSpec, readAll } from "../../support/fake_run.ts";
import { present } from "../../support/present.ts";
import {
  until,
  untilFinished,
  untilSaved,
  untilState,
  untilStep as runIsAtStep,
} from "../../support/until.ts";
import { checkWhole as runIsWhole } from "../../support/whole_log.ts";
import { isAlive, untilGone } from "../../../tools/processes.ts";
import { itWithDisk, smallDisk } from "../../support/small_disk.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";
import { apiId } from "../../support/written_run.ts";
import { workersPerTest } from "./worker_processes.ts";

const folder = folderPerTest();
let store: RunStore;
const workers = workersPerTest();

/** Long enough for a busy machine. */
const LEASE_MS = 1_500;

function startWorker(id: string, ...behaviour: string[]): Deno.ChildProcess {
  return startWorkerWithLease(LEASE_MS, id, ...behaviour);
}

function startWorkerWithLease(leaseMs: number, id: string, ...behaviour: string[]) {
  const place = folder.join("runs.db");
  const notes = ["pid", "starts"].map((name) => `${name}=${folder.join(name)}`);
  const options = [String(leaseMs), `folder=${folder.path}`, ...notes, ...behaviour];
  return workers.start(place, id, ...options);
}

/** The trainer process that was started last: a worker also starts one to look for devices. */
const trainerPids = () => notesOf("pid");

/** The numbers that trainer processes have written into a file. */
async function notesOf(name: string): Promise<number[]> {
  const text = await Deno.readTextFile(folder.join(name)).catch(() => "");
  return text.split("\n").filter(Boolean).map(Number);
}

const create = async (name = "a run", change = {}) =>
  (await store.create({ name, spec: aSpec(change) })).run;
/** Stops the worker that was started last. */
async function stopLast(): Promise<void> {
  workers.last().kill("SIGTERM");
  await workers.last().status;
}
const untilStep = (id: string, step: number) => runIsAtStep(store, id, step);
const checkWhole = (id: string) => runIsWhole(store, id);

describe("a worker", () => {
  beforeEach(async () => {
    store = await openSqliteStore(folder.join("runs.db"));
  });
  afterEach(async () => {
    await workers.kill();
    await store.close();
  });

  it("trains the queue, one run after the other", async () => {
    const runs = [await create("1"), await create("2"), await create("3", { seed: 5 })];
    startWorker("w");
    for (const { id } of runs) await checkWhole(id);
    const runsNow = await Promise.all(runs.map(({ id }) => store.get(id)));
    const starts = runsNow.map((run) => run?.snapshot.startedAt);
    assertEquals(starts, [...starts].sort());
  });

  it("announces itself with its devices, and leaves when it is stopped", async () => {
    const worker = startWorker("w");
    const listed = async () => (await store.workers()).find((w) => w.devices.length > 0);
    const info = await until("the worker lists its devices", listed);
    assertEquals([info.id, info.pid, info.devices[0]?.name], ["w", worker.pid, "made up"]);
    worker.kill("SIGTERM");
    assertEquals((await worker.status).code, 0);
    assertEquals(await store.workers(), []);
  });

  it("that is stopped leaves its run to the next, and no process behind", async () => {
    const { id } = await create();
    const worker = startWorker("first", "pace=10", "hang=5");
    await untilStep(id, 4);
    assertEquals((await store.workers()).find((w) => w.id === "first")?.runId, id);
    worker.kill("SIGTERM");
    assertEquals((await worker.status).code, 0);
    assertEquals((await store.get(id))?.snapshot.state, "INTERRUPTED");
    for (const pid of await trainerPids()) assert(!isAlive(pid));
    startWorker("second");
    await checkWhole(id);
  });

  it("that is stopped saves its run, and the next goes on from there", async () => {
    const { id } = await create("a run", { epochs: 20 });
    const worker = startWorker("first", "pace=10");
    await untilStep(id, 6);
    worker.kill("SIGTERM");
    assertEquals((await worker.status).code, 0);
    const { snapshot } = present(await store.get(id));
    assertEquals(snapshot.state, "INTERRUPTED");
    assertEquals(snapshot.lastCheckpoint?.step, snapshot.step);
    assertEquals(await Array.fromAsync(Deno.readDir(folder.join("scratch"))), []);
    startWorker("second");
    await checkWhole(id);
    assertEquals(await notesOf("starts"), [0, snapshot.step]);
  });

  it("that is killed loses what was trained since the last checkpoint, and no more", async () => {
    const { id } = await create("a run", { epochs: 20 });
    const worker = startWorker("first", "pace=10");
    await untilStep(id, 10);
    await untilSaved(store, id, 8);
    worker.kill("SIGKILL");
    await worker.status;
    startWorker("second");
    await checkWhole(id);
    const [first, second = 0, ...more] = await notesOf("starts");
    assertEquals([first, second >= 8, more], [0, true, []]);
  });

  it("pauses its run when a client asks, trains others, and goes on when it is resumed", async () => {
    const { id } = await create("a run", { epochs: 50 });
    startWorker("w", "pace=10");
    await untilStep(id, 6);
    await store.request(id, "pause");
    await untilState(store, id, "PAUSED");
    const { id: other } = await create("another");
    await checkWhole(other);
    const { snapshot } = present(await store.get(id));
    assertEquals(snapshot.lastCheckpoint?.step, snapshot.step);
    await store.request(id, "resume");
    await checkWhole(id);
    assertEquals(await notesOf("starts"), [0, 0, snapshot.step]);
  });

  itWithDisk(
    "says in the list of workers that it waits for its disk, until there is room",
    async () => {
      using disk = present(smallDisk("1200k"));
      const { id } = await create("a run", { epochs: 8 });
      startWorker("w", `folder=${disk.path}`);
      const trouble = await until("the worker lists one problem for a second", async () => {
        const listed = async () => (await store.workers()).find(({ id }) => id === "w")?.trouble;
        const first = await listed();
        await delay(1_000); // The store and the trainer share the disk: at first one frees room for the other.
        return first === await listed() && first;
      });
      assertMatch(trouble, /the disk is full/);
      const api = createApi({ viewer: LOCAL, store, datasets: smallDatasets() });
      const { workers } = await api.ask("{ workers { trouble run { id } } }");
      assertEquals(workers, [{ trouble, run: { id: apiId(id) } }]);
      const run = await api.readRun(apiId(id), "state worker { id trouble } waitingFor");
      assertEquals(run, { state: "RUNNING", worker: { id: "w", trouble }, waitingFor: null });
      assertEquals((await store.get(id))?.snapshot.state, "RUNNING");
      disk.resize("9m");
      await checkWhole(id);
      const worker = async () => (await store.workers()).find(({ id }) => id === "w");
      await until("the worker lists no problem", async () => (await worker())?.trouble === null);
      await stopLast(); // The disk is to be free.
    },
  );

  it("with a lease of an hour receives a pause, and a cancel while its trainer loads", async () => {
    const { id } = await create();
    startWorkerWithLease(3_600_000, "first", "wait=5");
    await untilStep(id, 4);
    await store.request(id, "pause");
    await untilState(store, id, "PAUSED");
    assertEquals((await store.get(id))?.snapshot.lastCheckpoint?.step, 4);
    await stopLast();

    const { id: other } = await create();
    await Deno.remove(folder.join("pid"));
    startWorkerWithLease(3_600_000, "second", "load=endless");
    const trainer = await until("the second worker's trainer is loading", async () => {
      const claimed = (await store.get(other))?.snapshot.state === "RUNNING";
      const pids = await trainerPids();
      return claimed && pids.length === 2 && pids.find(isAlive);
    });
    await store.request(other, "cancel");
    assertEquals((await untilFinished(store, other)).snapshot.state, "CANCELLED");
    await untilGone(trainer);
  });

  it("cancels a run whose trainer hangs", async () => {
    const { id } = await create();
    startWorker("w", "hang=5");
    await untilStep(id, 4);
    await store.request(id, "cancel");
    assertEquals((await untilFinished(store, id)).snapshot.state, "CANCELLED");
  });

  it("starts a run again whose trainer is killed, and gives it up the third time", async () => {
    const { id } = await create();
    const { id: next } = await create();
    startWorker("w", "kill=3", "times=3", `count=${folder.join("count")}`);
    const run = await untilFinished(store, id);
    assertEquals([run.snapshot.state, run.snapshot.attempts], ["FAILED", 3]);
    assert(run.snapshot.error?.includes("SIGKILL"));
    await checkWhole(next);
  });

  it("that is frozen past its lease appends nothing when it wakes up", async () => {
    const { id } = await create("a run", { epochs: 20 });
    const first = startWorker("first", "pace=10");
    await untilStep(id, 10);
    await freeze(first);
    startWorker("second", "pace=10");
    const taken = await until("the second worker has claimed the run", async () => {
      const claims = await store.read(id, { afterSeq: 0, limit: 10, types: ["claimed"] });
      return claims[1]?.seq;
    });
    first.kill("SIGCONT");
    await checkWhole(id);
    const events = await readAll(store, id);
    assertEquals(events.filter(({ type }) => type === "claimed").length, 2);
    // Both said the same numbers; but each attempt begins with `started`, which only the second has said since.
    assertEquals(events.filter(({ type, seq }) => type === "started" && seq > taken).length, 1);
    assert(isAlive(first.pid));
  });

  it("or its trainer may be killed at any point: no step is lost, none comes twice", async () => {
    // The same points every time; `deno task chaos` would take others.
    const random = randomStream(Number(Deno.env.get("EPOCHQL_TEST_SEED") ?? 1), "shuffle", 0);
    let name = 0;
    startWorker(`w${name}`, "pace=3");
    for (let round = 0; round < 8; round++) {
      const { id } = await create(`round ${round}`, { epochs: 4, trainSamples: 320, seed: round });
      for (const half of [0, 1]) {
        await untilStep(id, 20 * half + random.int(0, 15)); // At most once in two epochs of ten steps.
        const worker = workers.last().pid;
        const victim = random.int(0, 1) === 0 ? worker : (await trainerPids()).at(-1);
        if (victim === undefined || !isAlive(victim)) continue;
        Deno.kill(victim, "SIGKILL");
        if (victim === worker) startWorker(`w${++name}`, "pace=3");
      }
      await checkWhole(id);
    }
    const pids = await trainerPids();
    workers.last().kill("SIGTERM");
    for (const pid of pids) await untilGone(pid);
  });
});

/** Stops a process where it stands, but not while it holds the database's only write lock. */
async function freeze(process: Deno.ChildProcess): Promise<void> {
  using database = new DatabaseSync(folder.join("runs.db"));
  for (;;) {
    process.kill("SIGSTOP");
    try {
      database.exec("pragma busy_timeout = 200; begin immediate; rollback");
      return;
    } catch {
      process.kill("SIGCONT");
      await new Promise((resolve) => setTimeout(resolve, 7));
    }
  }
}
