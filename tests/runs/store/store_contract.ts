/** The contract of run stores, which the test file of each database runs. */
import { assert, assertEquals, assertMatch, assertRejects, fail } from "@std/assert";
import { assertFails } from "../../support/errors.ts";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { deadline } from "../../../lib/deadline.ts";
import { delay } from "../../../lib/delay.ts";
import type { BatchesEvent } from "../../../ml/training/events.ts";
import { InvalidSpecError } from "../../../ml/spec/spec.ts";
import { EMPTY_SNAPSHOT } from "../../../runs/log/snapshot.ts";
import { fold } from "../../../runs/log/fold.ts";
import { ConflictError } from "../../../runs/log/errors.ts";
import { FencedError, QueueFullError } from "../../../runs/store/errors.ts";
import type { Run } from "../../../runs/log/run.ts";
import type { RunEventBody } from "../../../runs/log/event.ts";
import { followEvents } from "../../../runs/reading/follow.ts";
import { RUN_STATES } from "../../../runs/log/state.ts";
import {
  type Claim,
  type ListOptions,
  type RunStore,
  STATE_CHANGES,
} from "../../../runs/store/store.ts";
import { anEpoch, aSpec, ofType, readAll } from "../../support/fake_run.ts";
import { A_CPU, aWorker } from "../../support/a_worker.ts";
import { present } from "../../support/present.ts";
import { runScript } from "../../support/scripts.ts";
import { until } from "../../support/until.ts";
import { type TestDatabase, useDatabase } from "./database_per_test.ts";

const LEASE_MS = 60_000;
const INTERRUPTED = { type: "interrupted", reason: "stop", crashed: false } as const;
/** A lease that has run out when the next statement looks. */
const NO_LEASE_MS = -1;

export function testStore(name: string, makeDatabase: () => Promise<TestDatabase>): void {
  describe(`the ${name} store`, () => {
    const own = useDatabase(makeDatabase);
    const { store, another } = own;

    const create = async (
      change: { name?: string; idempotencyKey?: string; worker?: string } = {},
    ) => (await store.create({ name: "a run", spec: aSpec(), ...change })).run;
    const take = (worker: string, leaseMs = LEASE_MS, only: { runId?: string } = {}) =>
      store.claim({ worker, leaseMs, ...only });
    const claim = async (...of: Parameters<typeof take>): Promise<Claim> =>
      present(await take(...of));
    /** Requests a change of a run, and returns its state. */
    const asked = async (id: string, request: "pause" | "cancel") =>
      (await store.request(id, request))?.snapshot.state;
    const totalOf = async (options: Omit<ListOptions, "first"> = {}) =>
      (await store.list({ first: 10, ...options })).totalCount;
    /** Creates a run whose worker has stopped. */
    const interrupt = async () => {
      const { id } = await create();
      await store.append(await claim("w1"), 1, [INTERRUPTED]);
      return id;
    };

    describe("create()", () => {
      it("writes the run with its queued event", async () => {
        const spec = aSpec({ learningRate: 0.1 + 0.2, seed: 2 ** 31 - 1 });
        const { run, created } = await store.create({ name: "Größe 'x'; --", spec });
        assertEquals(created, true);
        assertEquals(run.snapshot.state, "QUEUED");
        assertEquals(await store.get(run.id), run);
        assertEquals(run.spec, spec);
        assertEquals(run.name, "Größe 'x'; --");
        assert(Math.abs(Date.parse(run.createdAt) - Date.now()) < 60_000);
        const events = await readAll(store, run.id);
        assertEquals(events.map(({ seq, type, runId }) => ({ seq, type, runId })), [
          { seq: 1, type: "queued", runId: run.id },
        ]);
      });

      it("logs the trace of its request, and so does a resumption", async () => {
        const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        const { run: { id } } = await store.create({ name: "a run", spec: aSpec(), traceparent });
        await store.request(id, "pause");
        await store.request(id, "resume", { traceparent: traceparent.replace("b7", "b8") });
        const events = await readAll(store, id);
        const traces = events.map((event) => "traceparent" in event && event.traceparent);
        assertEquals(traces, [traceparent, false, false, traceparent.replace("b7", "b8")]);
      });

      it("gives the first run for a key that is used again", async () => {
        const first = await store.create({ name: "one", spec: aSpec(), idempotencyKey: "k" });
        const again = await store.create({
          ...{ name: "two", idempotencyKey: "k" },
          spec: aSpec({ seed: 9 }),
        });
        const other = await store.create({ name: "three", spec: aSpec(), idempotencyKey: "l" });
        assertEquals(again, { run: first.run, created: false });
        assertEquals(other.created, true);
        assertEquals(await totalOf(), 2);
      });

      it("writes one run when many clients use one key at once", async () => {
        const second = await another();
        const order = { name: "r", spec: aSpec(), idempotencyKey: "k" };
        const stores = Array.from({ length: 20 }, (_, index) => index % 2 ? store : second);
        const results = await Promise.all(stores.map((one) => one.create(order)));
        assertEquals(new Set(results.map(({ run }) => run.id)).size, 1);
        assertEquals(results.filter(({ created }) => created).length, 1);
      });

      it("lets each starter have so many runs in the queue, and takes a repeated one for none", async () => {
        const start = (name: string, idempotencyKey: string) => {
          const starter = { name, maxQueued: 2 };
          return store.create({ name: "r", spec: aSpec(), idempotencyKey, starter });
        };
        const first = await start("alice", "1");
        assertEquals(first.run.startedBy, "alice");
        await start("alice", "2");
        const error = await assertRejects(() => start("alice", "3"));
        if (!(error instanceof QueueFullError)) throw error;
        assertMatch(error.message, /'alice' must have at most 2 runs in the queue, got 3\. Wait/);
        assertEquals(await start("alice", "1"), { run: first.run, created: false });
        assertEquals((await start("bob", "4")).created, true);
        assertEquals((await create()).startedBy, null);
        assertEquals(await totalOf(), 4);

        // What a worker has taken waits no more.
        assertEquals((await claim("w")).run.startedBy, "alice");
        assertEquals((await start("alice", "3")).created, true);
      });

      it("keeps a run for the worker it names", async () => {
        const run = await create({ worker: "mine" });
        assertEquals(await take("another"), undefined);
        assertEquals((await claim("mine")).run.id, run.id);
      });
    });

    describe("get()", () => {
      it("knows no run by an id that is none", async () => {
        await create();
        for (const id of ["", "nothing", "a\0b", "\ud800", "é".repeat(10_000), "'; --"]) {
          assertEquals(await store.get(id), undefined);
          assertEquals(await store.read(id, { afterSeq: 0, limit: 1 }), []);
          assertEquals(await store.delete(id), false);
          await assertRejects(() => store.list({ first: 1, after: id }), RangeError);
        }
      });
    });

    describe("list()", () => {
      it("pages through the runs from the newest", async () => {
        const ids = [];
        for (let index = 0; index < 5; index++) ids.unshift((await create()).id);
        const first = await store.list({ first: 2 });
        assertEquals(first.runs.map(({ id }) => id), ids.slice(0, 2));
        assertEquals([first.hasNextPage, first.totalCount], [true, 5]);
        const second = await store.list({ first: 2, after: ids[1] ?? "" });
        assertEquals(second.runs.map(({ id }) => id), ids.slice(2, 4));
        const last = await store.list({ first: 2, after: ids[3] ?? "" });
        assertEquals(last.runs.map(({ id }) => id), ids.slice(4));
        assertEquals([last.hasNextPage, last.totalCount], [false, 5]);
        assertEquals((await store.list({ first: 5 })).hasNextPage, false);
      });

      it("filters by one state or several, and counts what matches", async () => {
        const [first, second, third] = [await create(), await create(), await create()];
        await claim("w1", LEASE_MS, { runId: second.id });
        await store.request(third.id, "cancel");
        const queued = await store.list({ first: 1, state: "QUEUED" });
        assertEquals([queued.runs[0]?.id, queued.totalCount], [first.id, 1]);
        const both = await store.list({ first: 10, state: ["RUNNING", "CANCELLED"] });
        assertEquals(both.runs.map(({ id }) => id), [third.id, second.id]);
        assertEquals(both.totalCount, 2);
        assertEquals(await totalOf({ state: "FAILED" }), 0);
      });

      it("filters by the dataset's name, whatever its version, and counts the runs of each", async () => {
        assertEquals(await store.countByDataset(), new Map());
        const datasets = ["a", "b", "a"].map((name, at) => `${name}@${String(at).repeat(64)}`);
        for (const dataset of [...datasets, "mnist"]) {
          await store.create({ name: dataset, spec: { ...aSpec(), dataset } });
        }
        const { runs, totalCount } = await store.list({ first: 1, dataset: "a" });
        assertEquals([runs.map(({ name }) => name), totalCount], [[datasets[2]], 2]);
        await store.request(runs[0]?.id ?? "", "cancel");
        const queued = await store.list({ first: 9, dataset: "a", state: "QUEUED" });
        assertEquals(queued.runs.map(({ name }) => name), [datasets[0]]);
        assertEquals(await totalOf({ dataset: "a@\0" }), 0);
        const counts = [...await store.countByDataset()].toSorted();
        assertEquals(counts, [["a", 2], ["b", 1], ["mnist", 1]]);
        await store.delete(runs[0]?.id ?? "");
        assertEquals((await store.countByDataset()).get("a"), 1);
      });

      it("refuses to go on after a run that is not there", async () => {
        await assertRejects(() => store.list({ first: 1, after: "nothing" }), RangeError);
      });
    });

    describe("current()", () => {
      it("is the run in training, else the next in the queue, else none", async () => {
        assertEquals(await store.current(), undefined);
        const first = await create();
        const second = await create();
        assertEquals((await store.current())?.id, first.id);
        const claimed = await claim("w1", LEASE_MS, { runId: second.id });
        assertEquals((await store.current())?.id, second.id);
        await store.append(claimed, 1, [{ type: "completed" }]);
        assertEquals((await store.current())?.id, first.id);
        await store.request(first.id, "cancel");
        assertEquals(await store.current(), undefined);
      });

      it("prefers a run whose worker is alive", async () => {
        const alive = await create();
        await claim("w1", LEASE_MS);
        await create();
        await claim("w2", NO_LEASE_MS);
        assertEquals((await store.current())?.id, alive.id);
      });
    });

    describe("claim()", () => {
      it("gives the oldest run first and each to one worker", async () => {
        const runs = [await create(), await create()];
        const claims = [await claim("w1"), await claim("w2")];
        assertEquals(claims.map(({ run }) => run.id), runs.map(({ id }) => id));
        assertEquals(claims[0]?.run.snapshot.state, "RUNNING");
        assertEquals(claims[0]?.run.snapshot.attempts, 1);
        assertEquals(await take("w3"), undefined);
      });

      it("gives each run to one of many that ask at once", async () => {
        const second = await another();
        for (let index = 0; index < 8; index++) await create();
        const stores = Array.from({ length: 20 }, (_, index) => index % 2 ? store : second);
        const claims = await Promise.all(
          stores.map((one, index) => one.claim({ worker: `w${index}`, leaseMs: LEASE_MS })),
        );
        const ids = claims.filter((claim) => claim !== undefined).map(({ run }) => run.id);
        assertEquals(ids.length, 8);
        assertEquals(new Set(ids).size, 8);
      });

      it("takes over a run whose lease ran out, and says so in the log", async () => {
        const { id } = await create();
        await claim("first", NO_LEASE_MS);
        const taken = await claim("second");
        assertEquals(taken.run.id, id);
        assertEquals(taken.run.snapshot.attempts, 2);
        assertEquals(taken.run.snapshot.crashes, 1);
        const events = await readAll(store, id);
        const [, , interrupted] = events;
        const types = events.map(({ type }) => type);
        assertEquals(types, ["queued", "claimed", "interrupted", "claimed"]);
        assertMatch(ofType("interrupted", interrupted).reason, /worker first .* sign of life/);
      });

      it("gives an interrupted run again", async () => {
        await interrupt();
        const again = await claim("w2");
        assertEquals([again.run.snapshot.state, again.run.snapshot.crashes], ["RUNNING", 0]);
      });
    });

    describe("append()", () => {
      it("gives contiguous seqs and keeps the snapshot", async () => {
        const { id } = await create();
        const claimed = await claim("w1");
        await store.append(claimed, 1, [aStart(), batches(1, 3)]);
        const run = await store.append(claimed, 2, [batches(4, 2), anEpoch(1)]);
        const events = await readAll(store, id);
        assertEquals(events.map(({ seq }) => seq), [1, 2, 3, 4, 5, 6]);
        assertEquals(run, await store.get(id));
        assertEquals(run.snapshot, events.reduce(fold, EMPTY_SNAPSHOT));
        assertEquals(run.snapshot.step, 5);
      });

      it("stores what it was given, to the last bit of a float32", async () => {
        const { id } = await create();
        const losses = [0.1, 1 / 3, 1e-40, 3.4e38, 16777217, 0].map(Math.fround);
        const event: BatchesEvent = { ...batches(1, losses.length), losses };
        await store.append(await claim("w1"), 1, [event]);
        const [stored] = await store.read(id, { afterSeq: 0, limit: 9, types: ["batches"] });
        assertEquals(ofType("batches", stored).losses.map(Math.fround), losses);
      });

      it("keeps the numbers of a training that diverged", async () => {
        const { id } = await create();
        const epoch = { ...anEpoch(1), trainLoss: NaN, testLoss: Infinity };
        const diverged = { ...batches(1, 2), losses: [NaN, -Infinity] };
        const run = await store.append(await claim("w1"), 1, [diverged, epoch]);
        const [stored] = await store.read(id, { afterSeq: 0, limit: 9, types: ["batches"] });
        assertEquals(ofType("batches", stored).losses, [NaN, -Infinity]);
        assertEquals(run.snapshot.lastEpoch, epoch);
        assertEquals((await store.get(id))?.snapshot.lastEpoch, epoch);
      });

      it("happens once, however often it is repeated", async () => {
        const { id } = await create();
        const claimed = await claim("w1");
        const once = await store.append(claimed, 1, [batches(1, 2)]);
        assertEquals(await store.append(claimed, 1, [batches(1, 2)]), once);
        await store.append(claimed, 2, [{ type: "completed" }]);
        const end = await store.append(claimed, 2, [{ type: "completed" }]);
        assertEquals(end.snapshot.state, "COMPLETED");
        assertEquals((await readAll(store, id)).length, 4);
      });

      it("renews the lease", async () => {
        const leaseMs = 500;
        await create();
        const claimed = await claim("w1", leaseMs);
        await delay(leaseMs + 50);
        await store.append(claimed, 1, [batches(1, 2)]);
        assertEquals(await take("w2"), undefined);
      });

      it("is refused to a worker that lost its lease to another", async () => {
        const { id } = await create();
        const lost = await claim("first", NO_LEASE_MS);
        await store.append(lost, 1, [batches(1, 2)]); // Nobody has taken the run yet.
        const taken = await claim("second");
        await assertRejects(() => store.append(lost, 2, [batches(3, 2)]), FencedError);
        await assertRejects(() => store.append(lost, 1, [batches(1, 2)]), FencedError);
        await assertRejects(() => store.renew(lost, LEASE_MS), FencedError);
        await store.append(taken, 1, [batches(3, 2)]);
        assertEquals((await store.get(id))?.snapshot.step, 4);
      });

      it("is refused under a claim that is not the worker's last", async () => {
        await create();
        const before = await claim("w1", NO_LEASE_MS);
        const now = await claim("w1");
        await assertRejects(() => store.append(before, 1, [batches(1, 2)]), FencedError);
        await assertRejects(() => store.renew(before, LEASE_MS), FencedError);
        assertEquals((await store.append(now, 1, [batches(1, 2)])).snapshot.step, 2);
      });

      it("is refused when the run has ended, was given up or deleted", async () => {
        const done = await create();
        const claimed = await claim("w1");
        await store.append(claimed, 1, [{ type: "completed" }]);
        await assertRejects(() => store.append(claimed, 2, [batches(1, 2)]), FencedError);
        await assertRejects(() => store.renew(claimed, LEASE_MS), FencedError);
        await store.delete(done.id);
        await assertRejects(() => store.append(claimed, 2, [batches(1, 2)]), FencedError);

        await create();
        const given = await claim("w1");
        await store.append(given, 1, [INTERRUPTED]);
        await assertRejects(() => store.append(given, 2, [batches(1, 2)]), FencedError);
      });

      it("writes all of its events or none", async () => {
        const { id } = await create();
        const claimed = await claim("w1");
        const before = await store.get(id);
        await assertRejects(
          () => store.append(claimed, 1, [batches(1, 2), batches(4, 2)]),
          RangeError,
        );
        await assertRejects(
          () => store.append(claimed, 1, [batches(1, 2), { type: "queued" }]),
          ConflictError,
        );
        assertEquals(await store.get(id), before);
        assertEquals((await readAll(store, id)).length, 2);
        await store.append(claimed, 1, [batches(1, 2)]); // The number is not used up.
      });

      it("takes many events at once", async () => {
        const { id } = await create();
        const many = Array.from({ length: 1201 }, (_, index) => batches(index + 1, 1));
        await store.append(await claim("w1"), 1, many);
        const seqs = (await readAll(store, id)).map(({ seq }) => seq);
        assertEquals(seqs, Array.from({ length: 1203 }, (_, index) => index + 1));
      });

      it("refuses a number that leaves one out", async () => {
        await create();
        const claimed = await claim("w1");
        await assertRejects(() => store.append(claimed, 2, [batches(1, 2)]), RangeError);
      });
    });

    it("lets one of two workers write that both believe to hold a run", async () => {
      const others = await another();
      const { id } = await create();
      const write = async (store: RunStore, claim: Claim) => {
        for (let number = 1; number <= 4; number++) {
          const message = claim.worker;
          try {
            await store.append(claim, number, [{ type: "log", level: "info", message }]);
          } catch (error) {
            if (!(error instanceof FencedError)) throw error;
            return;
          }
        }
      };
      const take = async (store: RunStore, worker: string): Promise<Claim> => {
        for (;;) {
          // Not given while another has it locked.
          const taken = await store.claim({ worker, leaseMs: NO_LEASE_MS });
          if (taken) return taken;
        }
      };
      let holder = await take(store, "worker 0");
      for (let round = 1; round <= 20; round++) {
        // One goes on writing while the next takes the run and writes, too.
        const [mine, theirs] = round % 2 ? [store, others] : [others, store];
        [holder] = await Promise.all([take(theirs, `worker ${round}`), write(mine, holder)]);
      }
      let writer = "";
      let written = 0;
      for (const event of await readAll(store, id)) {
        if (event.type === "claimed") writer = event.worker;
        if (event.type !== "log") continue;
        assertEquals(event.message, writer);
        written++;
      }
      assert(written > 0);
    });

    describe("renew()", () => {
      it("keeps the lease and shows what was asked of the run", async () => {
        const { id } = await create();
        const claimed = await claim("w1", NO_LEASE_MS);
        assertEquals((await store.renew(claimed, LEASE_MS)).snapshot.state, "RUNNING");
        assertEquals(await take("w2"), undefined);
        await store.request(id, "cancel");
        assertEquals((await store.renew(claimed, LEASE_MS)).snapshot.state, "CANCELLING");
      });
    });

    describe("request('cancel')", () => {
      it("ends a queued run at once", async () => {
        const { id } = await create();
        assertEquals(await asked(id, "cancel"), "CANCELLED");
        assertEquals(await take("w1"), undefined);
      });

      it("asks the worker of a running run, once", async () => {
        const { id } = await create();
        const claimed = await claim("w1");
        const asked = await store.request(id, "cancel");
        assertEquals(asked?.snapshot.state, "CANCELLING");
        assertEquals(await store.request(id, "cancel"), asked);
        await store.append(claimed, 1, [batches(1, 2), { type: "cancelled" }]);
        assertEquals((await store.get(id))?.snapshot.state, "CANCELLED");
      });

      it("ends a run whose worker is dead at once", async () => {
        const { id } = await create();
        const dead = await claim("w1", NO_LEASE_MS);
        assertEquals(await asked(id, "cancel"), "CANCELLED");
        await assertRejects(() => store.append(dead, 1, [batches(1, 2)]), FencedError);
      });

      it("ends a run whose worker died after it was asked", async () => {
        const { id } = await create();
        const claimed = await claim("w1");
        await store.request(id, "cancel");
        await store.renew(claimed, NO_LEASE_MS);
        assertEquals(await asked(id, "cancel"), "CANCELLED");
      });

      it("leaves a run whose worker died after it was asked to the next worker, to be ended", async () => {
        await create();
        const claimed = await claim("w1");
        await store.request(claimed.run.id, "cancel");
        await store.renew(claimed, NO_LEASE_MS);
        const next = await claim("w2");
        assertEquals(next.run.snapshot.state, "CANCELLING");
        const ended = await store.append(next, 1, [{ type: "cancelled" }]);
        assertEquals(ended.snapshot.state, "CANCELLED");
      });

      it("ends an interrupted run at once", async () => {
        const id = await interrupt();
        assertEquals(await asked(id, "cancel"), "CANCELLED");
      });

      it("is refused when the run has ended, naming its state", async () => {
        const { id } = await create();
        await store.append(await claim("w1"), 1, [{ type: "completed" }]);
        await assertFails(store.request(id, "cancel"), naming("already completed"));
      });

      it("knows no run that is not there", async () => {
        assertEquals(await store.request("nothing", "cancel"), undefined);
      });

      it("makes an interruption that comes after it a conflict", async () => {
        const { id } = await create();
        const claimed = await claim("w1");
        await store.request(id, "cancel");
        await assertRejects(() => store.append(claimed, 1, [INTERRUPTED]), ConflictError);
        await store.append(claimed, 1, [{ type: "cancelled" }]);
      });
    });

    describe("request('pause')", () => {
      it("pauses a queued run at once; no worker gets it", async () => {
        const { id } = await create({ worker: "w1" });
        const paused = await store.request(id, "pause");
        assertEquals(paused?.snapshot.state, "PAUSED");
        assertEquals(await store.request(id, "pause"), paused);
        assertEquals(await take("w1"), undefined);
      });

      it("asks the worker of a running run, once", async () => {
        const { id } = await create();
        const claimed = await claim("w1");
        const asked = await store.request(id, "pause");
        assertEquals(asked?.snapshot.state, "PAUSING");
        assertEquals(await store.request(id, "pause"), asked);
        assertEquals((await store.renew(claimed, LEASE_MS)).snapshot.state, "PAUSING");
        await store.append(claimed, 1, [batches(1, 2), { type: "paused", reason: null }]);
        await assertRejects(() => store.append(claimed, 2, [batches(3, 2)]), FencedError);
        assertEquals(await take("w1"), undefined);
      });

      it("pauses an interrupted run at once", async () => {
        const id = await interrupt();
        assertEquals(await asked(id, "pause"), "PAUSED");
      });

      it("pauses a run whose worker is dead at once, and says that it died", async () => {
        const { id } = await create();
        const dead = await claim("w1", NO_LEASE_MS);
        const paused = await store.request(id, "pause");
        assertEquals([paused?.snapshot.state, paused?.snapshot.crashes], ["PAUSED", 1]);
        await assertRejects(() => store.append(dead, 1, [batches(1, 2)]), FencedError);
        const interrupted = (await readAll(store, id)).find(({ type }) => type === "interrupted");
        assertMatch(ofType("interrupted", interrupted).reason, /worker w1 .* sign of life/);
      });

      it("pauses a run whose worker died after it was asked, and says so", async () => {
        const { id } = await create();
        const claimed = await claim("w1");
        await store.request(id, "pause");
        await store.renew(claimed, NO_LEASE_MS);
        assertEquals(await asked(id, "pause"), "PAUSED");
        assertMatch(ofType("paused", (await readAll(store, id)).at(-1)).reason ?? "", /worker w1/);
      });

      it("leaves a run whose worker died after it was asked to the next worker, to be paused", async () => {
        await create();
        const claimed = await claim("w1");
        await store.request(claimed.run.id, "pause");
        await store.renew(claimed, NO_LEASE_MS);
        const next = await claim("w2");
        assertEquals(next.run.snapshot.state, "PAUSING");
        const left = await store.append(next, 1, [{ type: "paused", reason: null }]);
        assertEquals(left.snapshot.state, "PAUSED");
      });

      it("is refused when the run has ended or is ending, naming its state", async () => {
        const { id } = await create();
        const claimed = await claim("w1");
        await store.request(id, "cancel");
        await assertFails(store.request(id, "pause"), naming("is being cancelled."));
        await store.append(claimed, 1, [{ type: "cancelled" }]);
        await assertFails(store.request(id, "pause"), naming("is already cancelled."));
        assertEquals(await store.request("nothing", "pause"), undefined);
      });

      it("gives way to a cancel", async () => {
        const [{ id: running }, { id: paused }] = [await create(), await create()];
        await claim("w1", LEASE_MS, { runId: running });
        await store.request(running, "pause");
        await store.request(paused, "pause");
        assertEquals(await asked(running, "cancel"), "CANCELLING");
        assertEquals(await asked(paused, "cancel"), "CANCELLED");
      });
    });

    describe("request('resume')", () => {
      const resumed = (id: string, epochs?: number) =>
        store.request(id, "resume", epochs === undefined ? {} : { epochs });

      it("queues a run again whose worker died before it had paused it", async () => {
        const { id } = await create();
        const claimed = await claim("w1");
        await store.request(id, "pause");
        await assertRejects(() => resumed(id), ConflictError);
        await store.renew(claimed, NO_LEASE_MS);
        assertEquals((await resumed(id))?.snapshot.state, "QUEUED");
        const types = (await readAll(store, id)).map(({ type }) => type);
        assertEquals(types.slice(-3), ["pauseRequested", "paused", "resumeRequested"]);
        assertEquals((await claim("w2")).run.id, id);
      });

      it("queues a paused or an interrupted run again", async () => {
        const { id } = await create();
        await store.request(id, "pause");
        assertEquals((await resumed(id))?.snapshot.state, "QUEUED");
        const claimed = await claim("w1");
        assertEquals([claimed.run.id, claimed.run.snapshot.attempts], [id, 1]);
        await store.append(claimed, 1, [INTERRUPTED]);
        assertEquals((await resumed(id))?.snapshot.state, "QUEUED");
        assertEquals((await claim("w2")).run.id, id);
      });

      it("queues a failed run again, as if it had never crashed", async () => {
        const { id } = await create();
        await claim("w1", NO_LEASE_MS);
        await store.append(await claim("w2"), 1, [{ type: "failed", error: "No." }]);
        const run = present(await resumed(id));
        assertEquals([run.snapshot.state, run.snapshot.crashes], ["QUEUED", 0]);
        assertEquals([run.snapshot.error, run.snapshot.endedAt], [null, null]);
        assertEquals((await claim("w3")).run.snapshot.state, "RUNNING");
      });

      it("refuses a run that has diverged, as it would again", async () => {
        const { id } = await create();
        const error = "Training diverged: the loss is not a finite number at step 4.";
        await store.append(await claim("w1"), 1, [{ type: "failed", error }]);
        await assertFails(resumed(id), naming("with a lower learning rate"));
        assertEquals((await store.get(id))?.snapshot.state, "FAILED");
      });

      it("queues a cancelled run again, whether or not it was trained", async () => {
        const { id } = await create();
        for (const isTrained of [false, true]) {
          const claimed = isTrained ? await claim("w1") : undefined;
          if (claimed) await store.append(claimed, 1, [aStart()]);
          await store.request(id, "cancel");
          if (claimed) await store.append(claimed, 2, [{ type: "cancelled" }]);
          assertEquals((await store.get(id))?.snapshot.state, "CANCELLED");
          const run = present(await resumed(id));
          assertEquals([run.snapshot.state, run.snapshot.endedAt], ["QUEUED", null]);
        }
        assertEquals((await claim("w2")).run.id, id);
      });

      it("continues a completed run that is given more epochs", async () => {
        const { id } = await create();
        await store.append(await claim("w1"), 1, [aStart(), { type: "completed" }]);
        await assertFails(resumed(id), naming("already completed"));
        await assertRejects(() => resumed(id, 3), InvalidSpecError); // As many as it has.
        const run = present(await resumed(id, 5));
        assertEquals([run.snapshot.state, run.snapshot.epochs], ["QUEUED", 5]);
        assertEquals(run.spec.epochs, 3);
        assertEquals((await claim("w2")).run.id, id);
      });

      it("takes no epochs away, and no number that is none", async () => {
        const { id } = await create();
        await store.request(id, "pause");
        for (const epochs of [2, 0, 3.5, NaN, 10_001]) {
          await assertRejects(() => resumed(id, epochs), InvalidSpecError);
        }
        assertEquals((await store.get(id))?.snapshot.state, "PAUSED");
        assertEquals((await resumed(id, 3))?.snapshot.state, "QUEUED");
      });

      it("is refused in every other state, naming it", async () => {
        const { id } = await create();
        await assertFails(resumed(id), naming("is already queued."));
        const claimed = await claim("w1");
        await assertFails(resumed(id), naming("is already running."));
        await store.request(id, "pause");
        await assertFails(resumed(id), naming("is being paused."));
        await store.request(id, "cancel");
        await assertFails(resumed(id), naming("is being cancelled."));
        await store.append(claimed, 1, [{ type: "cancelled" }]);
        assertEquals(await resumed("nothing"), undefined);
      });
    });

    describe("delete()", () => {
      it("removes a run that has ended, with its log and its changes", async () => {
        const { id } = await create({ idempotencyKey: "k" });
        const { id: other } = await create();
        await store.request(id, "cancel");
        assertEquals(await store.delete(id), true);
        assertEquals(await store.get(id), undefined);
        assertEquals(await readAll(store, id), []);
        const changes = await store.changes({ after: 0, limit: 100 });
        assertEquals(changes.map(({ run }) => run.id), [other]);
        assertEquals(await store.delete(id), false);
        const order = { name: "n", spec: aSpec(), idempotencyKey: "k" };
        assertEquals((await store.create(order)).created, true);
      });

      it("removes a run that is paused", async () => {
        const { id } = await create();
        await store.request(id, "pause");
        assertEquals(await store.delete(id), true);
      });

      it("refuses a run that is neither over nor paused", async () => {
        const { id } = await create();
        await assertRejects(() => store.delete(id), ConflictError);
        await claim("w1");
        await assertRejects(() => store.delete(id), ConflictError);
        assertEquals((await readAll(store, id)).length, 2);
      });
    });

    describe("read()", () => {
      let run: Run;
      beforeEach(async () => {
        run = await create();
        await store.append(await claim("w1"), 1, [
          ...[aStart(), batches(1, 4), anEpoch(1), batches(5, 4), anEpoch(2)],
          { type: "log", level: "info", message: "x" },
        ]);
      });
      const seqs = async (options: Partial<Parameters<RunStore["read"]>[1]>) =>
        (await store.read(run.id, { afterSeq: 0, limit: 100, ...options })).map(({ seq }) => seq);

      it("gives events after a seq, up to the limit", async () => {
        assertEquals(await seqs({}), [1, 2, 3, 4, 5, 6, 7, 8]);
        assertEquals(await seqs({ afterSeq: 3, limit: 2 }), [4, 5]);
        assertEquals(await seqs({ afterSeq: 8 }), []);
      });

      it("filters by type", async () => {
        assertEquals(await seqs({ types: ["epoch"] }), [5, 7]);
        assertEquals(await seqs({ types: ["epoch", "log"], afterSeq: 5 }), [7, 8]);
        assertEquals(await seqs({ types: ["log", "epoch", "queued"], limit: 2 }), [1, 5]);
      });

      it("gives the last events before a seq, in their order", async () => {
        assertEquals(await seqs({ last: true, limit: 3 }), [6, 7, 8]);
        assertEquals(await seqs({ last: true, limit: 2, beforeSeq: 6 }), [4, 5]);
        assertEquals(await seqs({ last: true, limit: 1, types: ["epoch"] }), [7]);
        assertEquals(await seqs({ last: true, limit: 2, types: ["epoch", "log"] }), [7, 8]);
        assertEquals(await seqs({ last: true, limit: 9, afterSeq: 6 }), [7, 8]);
      });

      it("skips the batches up to a step", async () => {
        assertEquals(await seqs({ types: ["batches"], afterStep: 3 }), [4, 6]);
        assertEquals(await seqs({ types: ["batches"], afterStep: 4 }), [6]);
        assertEquals(await seqs({ types: ["batches"], afterStep: 8 }), []);
        assertEquals(await seqs({ types: ["log", "batches"], afterStep: 4 }), [6, 8]);
        assertEquals(await seqs({ afterStep: 4 }), [1, 2, 3, 5, 6, 7, 8]);
        assertEquals(await seqs({ afterStep: 8 }), [1, 2, 3, 5, 7, 8]);
      });
    });

    describe("changes()", () => {
      it("gives every change of a state in order, with the run as it was then", async () => {
        const start = await store.lastChange();
        const [first, second] = [await create(), await create()];
        const claimed = await claim("w1");
        await store.append(claimed, 1, [batches(1, 2)]);
        await store.append(claimed, 2, [{ type: "completed" }]);
        const changes = await store.changes({ after: start, limit: 100 });
        assertEquals(changes.map(({ run }) => [run.id, run.snapshot.state]), [
          [first.id, "QUEUED"],
          [second.id, "QUEUED"],
          [first.id, "RUNNING"],
          [first.id, "COMPLETED"],
        ]);
        assertEquals(changes.at(-1)?.change, await store.lastChange());
        const rest = await store.changes({ after: changes[0]?.change ?? 0, limit: 2 });
        assertEquals(rest, changes.slice(1, 3));
      });

      it("uses no number again after a deletion", async () => {
        const { id } = await create();
        await store.request(id, "cancel");
        const before = await store.lastChange();
        await store.delete(id);
        await create();
        assert(await store.lastChange() > before);
      });
    });

    describe("workers()", () => {
      it("lists those that announced themselves and did not go", async () => {
        await store.registerWorker(aWorker({ id: "a", startedAt: "2026-01-02T00:00:00.000Z" }));
        await store.registerWorker(aWorker({ id: "b" }));
        await store.registerWorker(aWorker({ id: "b", runId: "r", devices: [A_CPU] }));
        const [first, second, ...rest] = await store.workers();
        assertEquals([first?.id, second?.id, rest.length], ["b", "a", 0]);
        assertEquals([first?.runId, first?.devices[0]], ["r", A_CPU]);
        assert(Math.abs(Date.parse(first?.seenAt ?? "") - Date.now()) < 60_000);
        await store.deregisterWorker("b");
        assertEquals((await store.workers()).map(({ id }) => id), ["a"]);
      });
    });

    describe("overview()", () => {
      it("counts runs by state, and lists workers with how long they have been silent", async () => {
        await create();
        const { id } = await create();
        await store.request(id, "cancel");
        await store.registerWorker(aWorker({ id: "w" }));
        const { runs, workers } = await store.overview();
        assertEquals(Object.keys(runs), [...RUN_STATES]);
        assertEquals([runs.QUEUED, runs.CANCELLED, runs.RUNNING], [1, 1, 0]);
        assertEquals(workers.map(({ id, isAlive }) => [id, isAlive]), [["w", true]]);
        const [{ silentSeconds } = { silentSeconds: NaN }] = workers;
        assert(silentSeconds >= 0 && silentSeconds < 10, `${silentSeconds} s`);
      });
    });

    describe("wait()", () => {
      it("returns when another connection writes", async () => {
        const second = await another();
        const mark = store.mark();
        const woken = store.wait(mark, new AbortController().signal);
        await second.create({ name: "r", spec: aSpec() });
        await within(1_500, woken); // Less than what a lost wake-up costs.
        assertEquals(await totalOf(), 1);
      });

      it("returns at once when something was written since the mark", async () => {
        const second = await another();
        const [near, far] = [store.mark(), store.mark()];
        await create();
        await within(1_000, store.wait(near, new AbortController().signal));
        await second.create({ name: "r", spec: aSpec() });
        store.mark();
        await within(1_000, store.wait(far, new AbortController().signal));
      });

      it("returns when the run that is waited for is written, on whichever connection", async () => {
        const second = await another();
        const { id } = await create();
        const claimed = await claim("w1");
        const { signal } = new AbortController();
        for (const [index, writer] of [store, second, store, second].entries()) {
          const mark = store.mark();
          const woken = store.wait(mark, signal, id);
          await writer.append(claimed, index + 1, [batches(2 * index + 1, 2)]);
          await within(1_500, woken); // Less than what a lost wake-up costs.
          if (writer === store) await within(1_000, store.wait(mark, signal, id)); // Also afterwards.
        }
      });

      it("returns for changes of states, on whichever connection", async () => {
        const second = await another();
        const { signal } = new AbortController();
        const changed = async (work: () => Promise<unknown>) => {
          const mark = store.mark();
          const woken = store.wait(mark, signal, STATE_CHANGES);
          await work();
          await within(1_500, woken);
        };
        await changed(() => second.create({ name: "r", spec: aSpec() }));
        const { id } = present((await store.list({ first: 1 })).runs[0]);
        let claimed: Claim | undefined;
        await changed(async () => claimed = await second.claim({ worker: "w", leaseMs: LEASE_MS }));
        await changed(() => store.append(present(claimed), 1, [{ type: "completed" }]));
        await changed(() => second.delete(id));
      });

      it("returns when its signal aborts", async () => {
        const gone = new AbortController();
        const waiting = store.wait(store.mark(), gone.signal);
        gone.abort();
        await within(1_000, waiting);
        await within(1_000, store.wait(store.mark(), gone.signal));
      });
    });

    it("gives each of many followers the whole log while it is written", async () => {
      const { id } = await create();
      const writer = await another();
      const claimed = present(await writer.claim({ worker: "w1", leaseMs: LEASE_MS }));
      const { signal } = new AbortController();
      const follow = async () => {
        const seqs: number[] = [];
        for await (const { seq } of followEvents(store, id, { signal })) seqs.push(seq);
        return seqs;
      };
      const followers: Promise<number[]>[] = [];
      for (let number = 1; number <= 40; number++) {
        followers.push(follow());
        await writer.append(claimed, number, [batches(2 * number - 1, 2)]);
      }
      await writer.append(claimed, 41, [{ type: "completed" }]);
      const whole = Array.from({ length: 43 }, (_, index) => index + 1);
      for (const seqs of await Promise.all(followers)) assertEquals(seqs, whole);
    });

    it("lets readers and a writer work at once without a gap", async () => {
      const { id } = await create();
      const claimed = await claim("w1");
      const reader = await another();
      const writing = (async () => {
        for (let number = 1; number <= 60; number++) {
          await store.append(claimed, number, [batches(2 * number - 1, 2)]);
        }
        await store.append(claimed, 61, [{ type: "completed" }]);
      })();
      const seen: number[] = [];
      await until("the reader has seen the end", async () => {
        for (;;) {
          const page = await reader.read(id, { afterSeq: seen.length, limit: 7 });
          seen.push(...page.map(({ seq }) => seq));
          if (page.length < 7) return page.at(-1)?.type === "completed" || seen.length === 63;
        }
      });
      await writing;
      assertEquals(seen, Array.from({ length: 63 }, (_, index) => index + 1));
    });

    it("keeps every log whole while three processes write at once", async () => {
      const workers = ["a", "b", "c"].map((name) =>
        runScript("tests/support/busy_worker.ts", [own.database.place, name])
      );
      for (const worker of workers) assertEquals((await worker.status).code, 0);
      const { runs, totalCount } = await store.list({ first: 100 });
      assertEquals(totalCount, 30);
      for (const run of runs) {
        const events = await readAll(store, run.id);
        assertEquals(events.map(({ seq }) => seq), events.map((_, index) => index + 1));
        assertEquals(events.reduce(fold, EMPTY_SNAPSHOT), run.snapshot);
        const { state, attempts, step } = run.snapshot;
        assertEquals([state, attempts, step], ["COMPLETED", 1, 40]);
      }
    });

    it("lists runs of every state", async () => {
      await create();
      for (const state of RUN_STATES) {
        assertEquals(
          (await store.list({ first: 1, state })).totalCount,
          state === "QUEUED" ? 1 : 0,
        );
      }
    });
  });
}

/** A conflict that names a state, or what to do about it. */
function naming(words: string): (error: unknown) => boolean {
  return (error) => error instanceof ConflictError && error.message.includes(words);
}

function aStart(): RunEventBody {
  return { type: "started", device: "d", engine: "e", stepsPerEpoch: 4, steps: 12, parameters: 1 };
}

function batches(firstStep: number, count: number): BatchesEvent {
  return {
    type: "batches",
    epoch: 1,
    firstStep,
    losses: Array<number>(count).fill(0.5),
    accs: Array<number>(count).fill(0.5),
    samplesPerSecond: 100,
  };
}

/** Fails where a promise takes longer than it ever should. */
function within(ms: number, promise: Promise<void>): Promise<void> {
  return deadline(ms, promise, () => fail(`It took longer than ${ms} ms.`));
}
