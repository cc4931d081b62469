/**
 * Following runs: nothing lost, nothing twice, nothing held for consumers that are slow.
 */
import { assert, assertEquals } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import type { RunEventBody } from "../../../runs/log/event.ts";
import {
  followBatches,
  followEpochs,
  followEvents,
  followStates,
} from "../../../runs/reading/follow.ts";
import type { Claim, RunStore } from "../../../runs/store/store.ts";
import { openSqliteStore } from "../../../runs/store/sqlite/store.ts";
import { aSpec, aTraining, lossAt, readAll } from "../../support/fake_run.ts";
import { present } from "../../support/present.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";

const folder = folderPerTest();
let store: RunStore;
let stop: AbortController;

const create = async (epochs = 3) =>
  (await store.create({ name: "r", spec: aSpec({ epochs }) })).run;

/** Trains the next run: appends its events one by one. */
async function train({ until = Infinity, spec = aSpec() } = {}): Promise<Claim> {
  const claim = present(await store.claim({ worker: "w", leaseMs: 60_000 }));
  let number = 0;
  for (const event of aTraining(spec)) {
    if (++number > until) return claim;
    await store.append(claim, number, [event]);
  }
  await store.append(claim, number + 1, [{ type: "completed" }]);
  return claim;
}

/** Everything that a generator gives until it ends. */
async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  return await Array.fromAsync(source);
}

async function next<T>(source: AsyncIterator<T, void>): Promise<T> {
  const { value, done } = await source.next();
  if (done || value === undefined) throw new Error("The source has ended.");
  return value;
}

/** The same store with some of its methods changed. */
function changed(methods: Partial<RunStore>): RunStore {
  return { ...store, ...methods };
}

/** The same store, and a promise of the first read of a log: a follower has chosen its run. */
function watched() {
  const { promise: chosen, resolve } = Promise.withResolvers<void>();
  const read: RunStore["read"] = (...args) => {
    resolve();
    return store.read(...args);
  };
  return { store: changed({ read }), chosen };
}

describe("readers that follow a log", () => {
  beforeEach(async () => {
    store = await openSqliteStore(folder.join("runs.db"));
    stop = new AbortController();
  });
  afterEach(async () => {
    stop.abort();
    await store.close();
  });

  describe("followEvents()", () => {
    it("replays a run that has ended, and ends", async () => {
      const { id } = await create();
      await train();
      const followed = await all(followEvents(store, id, { signal: stop.signal }));
      assertEquals(followed, await readAll(store, id));
    });

    it("gives every event once while the run is trained, from any cursor", async () => {
      const { id } = await create();
      const following = [0, 1, 5, 1000].map((afterSeq) =>
        all(followEvents(store, id, { afterSeq, signal: stop.signal }))
      );
      await train();
      const events = await readAll(store, id);
      const [whole, afterFirst, afterFifth, beyond] = await Promise.all(following);
      assertEquals(whole, events);
      assertEquals(afterFirst, events.slice(1));
      assertEquals(afterFifth, events.slice(5));
      assertEquals(beyond, []);
    });

    it("misses nothing when every wake-up is lost", async () => {
      const { id } = await create();
      const deaf = changed({
        mark: () => 0,
        wait: () => new Promise((resolve) => setTimeout(resolve, 3)),
      });
      const following = all(followEvents(deaf, id, { signal: stop.signal }));
      await train();
      assertEquals(await following, await readAll(store, id));
    });

    it("does not wait when something was written between its mark and its wait", async () => {
      const { id } = await create();
      const claim = present(await store.claim({ worker: "w", leaseMs: 60_000 }));
      let appended = 0;
      // Each time a read came back short, one more event is written before the wait.
      const racing = changed({
        async wait(mark, signal) {
          appended++;
          const event: RunEventBody = appended < 20
            ? { type: "log", level: "info", message: "m" }
            : { type: "completed" };
          if (appended <= 20) await store.append(claim, appended, [event]);
          const before = performance.now();
          await store.wait(mark, signal);
          assert(performance.now() - before < 1_900, "the wake-up was lost");
        },
      });
      assertEquals((await all(followEvents(racing, id, { signal: stop.signal }))).length, 22);
    });

    it("reads no further than a slow consumer asks", async () => {
      const { id } = await create();
      const claim = present(await store.claim({ worker: "w", leaseMs: 60_000 }));
      let reads = 0;
      const counting = changed({
        read(...args) {
          reads++;
          return store.read(...args);
        },
      });
      const source = followEvents(counting, id, { signal: stop.signal });
      await next(source);
      for (let number = 1; number <= 20; number++) {
        const logs = Array.from({ length: 100 }, (_, index): RunEventBody => (
          { type: "log", level: "info", message: `${index}` }
        ));
        await store.append(claim, number, logs);
      }
      await store.append(claim, 21, [{ type: "completed" }]);
      assertEquals(reads, 1);
      const rest = await all(source);
      const seqs = Array.from({ length: 2002 }, (_, index) => index + 2);
      assertEquals(rest.map(({ seq }) => seq), seqs);
      assertEquals(reads, 6); // The rest of the first page was in hand; then five pages of 500.
    });

    it("ends when the run is deleted", async () => {
      const { id } = await create();
      const source = followEvents(store, id, { signal: stop.signal });
      await next(source);
      const ended = all(source);
      await store.request(id, "cancel");
      await store.delete(id);
      assert((await ended).length <= 2); // The end of the run, if it was quick enough to see it.
      assertEquals(await all(followEvents(store, id, { signal: stop.signal })), []);
    });

    it("ends while it waits when its signal aborts", async () => {
      const { id } = await create();
      const ended = all(followEvents(store, id, { signal: stop.signal }));
      stop.abort();
      await ended;
    });
  });

  describe("followEpochs()", () => {
    it("gives the epochs after an epoch", async () => {
      const { id } = await create();
      await train();
      const numbers = async (afterEpoch: number) =>
        (await all(followEpochs(store, { runId: id, afterEpoch, signal: stop.signal })))
          .map(({ number }) => number);
      assertEquals(await numbers(0), [1, 2, 3]);
      assertEquals(await numbers(2), [3]);
      assertEquals(await numbers(3), []);
    });

    it("without a run waits for the next one, follows it from its first epoch and ends with it", async () => {
      const { store, chosen } = watched();
      const following = all(followEpochs(store, { signal: stop.signal }));
      const { id } = await create();
      await create();
      await chosen;
      await train();
      const epochs = await following;
      assertEquals(epochs.map(({ number, runId }) => [number, runId]), [[1, id], [2, id], [3, id]]);
    });

    it("without a run prefers the one in training to those in the queue", async () => {
      await create();
      const second = await create();
      const claim = present(await store.claim({ worker: "w", leaseMs: 60_000, runId: second.id }));
      const [started, ...rest] = aTraining(aSpec());
      await store.append(claim, 1, [present(started), ...rest]);
      const source = followEpochs(store, { signal: stop.signal });
      assertEquals((await next(source)).runId, second.id);
    });

    it("ends without an epoch when its run is cancelled in the queue", async () => {
      const { id } = await create();
      const { store, chosen } = watched();
      const following = all(followEpochs(store, { signal: stop.signal }));
      await chosen;
      await store.request(id, "cancel");
      assertEquals(await following, []);
    });

    it("ends while it waits for a run when its signal aborts", async () => {
      const ended = all(followEpochs(store, { signal: stop.signal }));
      stop.abort();
      assertEquals(await ended, []);
    });
  });

  describe("followBatches()", () => {
    it("gives every step once while the run is trained", async () => {
      const { id } = await create();
      const { store, chosen } = watched();
      const following = all(followBatches(store, { signal: stop.signal }));
      await chosen;
      await train();
      const steps = await following;
      const upTo12 = Array.from({ length: 12 }, (_, index) => index + 1);
      assertEquals(steps.map(({ step }) => step), upTo12);
      assertEquals(steps.map(({ epoch }) => epoch), [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]);
      for (const { step, loss, runId } of steps) {
        assertEquals(Math.fround(loss), lossAt(1, step));
        assertEquals(runId, id);
      }
    });

    it("begins after a step, also within a chunk, and leaves steps out", async () => {
      const { id } = await create();
      await train();
      const numbers = async (afterStep: number, every = 1) =>
        (await all(followBatches(store, { runId: id, afterStep, every, signal: stop.signal })))
          .map(({ step }) => step);
      assertEquals(await numbers(9), [10, 11, 12]);
      assertEquals(await numbers(10), [11, 12]);
      assertEquals(await numbers(12), []);
      assertEquals(await numbers(0, 5), [5, 10]);
      assertEquals(await numbers(5, 5), [10]);
    });
  });

  describe("followStates()", () => {
    const states = async (source: ReturnType<typeof followStates>, count: number) => {
      const seen = [];
      for (let index = 0; index < count; index++) {
        const run = await next(source);
        seen.push([run.id, run.snapshot.state]);
      }
      return seen;
    };

    it("opens with the runs that are not over, from the oldest, and goes on with every change", async () => {
      const over = await create();
      await store.request(over.id, "cancel");
      const [first, second] = [await create(), await create()];
      const source = followStates(store, { signal: stop.signal });
      assertEquals(await states(source, 2), [[first.id, "QUEUED"], [second.id, "QUEUED"]]);
      const changes = states(source, 5);
      await train();
      await store.request(second.id, "cancel");
      const third = await create();
      assertEquals(await changes, [
        [first.id, "RUNNING"],
        [first.id, "COMPLETED"],
        [second.id, "CANCELLING"],
        [second.id, "CANCELLED"],
        [third.id, "QUEUED"],
      ]);
    });

    it("gives a change once that happens while it opens", async () => {
      const first = await create();
      let changedOnce = false;
      const racing = changed({
        async list(options) {
          if (!changedOnce) {
            changedOnce = true;
            await train({ until: 1 });
          }
          return await store.list(options);
        },
      });
      const source = followStates(racing, { signal: stop.signal });
      assertEquals(await states(source, 1), [[first.id, "RUNNING"]]);
      const second = await create();
      assertEquals(await states(source, 1), [[second.id, "QUEUED"]]);
    });

    it("shows runs as they were right after each change, however late it is read", async () => {
      const source = followStates(store, { signal: stop.signal });
      const reading = states(source, 1);
      const { id } = await create();
      await reading;
      await train();
      assertEquals(await states(source, 2), [[id, "RUNNING"], [id, "COMPLETED"]]);
    });
  });
});
