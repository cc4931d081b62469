/** One attempt of a claimed run, whatever happens to its trainer, its store and its worker. */
import { assert, assertEquals, assertMatch, assertRejects, fail } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import type { TrainingEvent } from "../../../ml/training/events.ts";
import { openFolderStore } from "../../../runs/checkpoints/folder.ts";
import type { CheckpointStore } from "../../../runs/checkpoints/store.ts";
import { EMPTY_SNAPSHOT } from "../../../runs/log/snapshot.ts";
import { fold } from "../../../runs/log/fold.ts";
import { FencedError, StoreUnavailableError } from "../../../runs/store/errors.ts";
import type { Run } from "../../../runs/log/run.ts";
import type { Claim, RunStore } from "../../../runs/store/store.ts";
import { openSqliteStore } from "../../../runs/store/sqlite/store.ts";
import { runAttempt } from "../../../runs/worker/attempt.ts";
import { type Trainer, TrainerCrashedError, TrainingError } from "../../../runs/trainer/trainer.ts";
import { aCheckpoint, aSpec, aTraining, lossAt, readAll } from "../../support/fake_run.ts";
import { present } from "../../support/present.ts";
import { aborted, until, untilStep } from "../../support/until.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";
import { logLine } from "../../support/written_run.ts";

const folder = folderPerTest();
let store: RunStore;
let checkpoints: CheckpointStore;
let stop: AbortController;
let messages: string[];

const LEASE_MS = 60_000;

async function createAndClaim(): Promise<Claim> {
  await store.create({ name: "a run", spec: aSpec() });
  return await claim();
}

const claim = async (leaseMs = LEASE_MS) => present(await store.claim({ worker: "w", leaseMs }));

function run(
  claim: Claim,
  train: Trainer["train"],
  change: { store?: RunStore; leaseMs?: number } = {},
): Promise<Run | undefined> {
  return runAttempt({
    store,
    checkpoints,
    scratch: folder.join("scratch"),
    claim,
    leaseMs: LEASE_MS,
    trainer: { train, devices: () => Promise.resolve([]) },
    signal: stop.signal,
    log: (_level, message) => void messages.push(message),
    ...change,
  });
}

/** Trains without a fault. */
const well: Trainer["train"] = async function* (spec) {
  yield* aTraining(spec);
};

/** Ends after the second of three epochs, as early stopping does. */
const early: Trainer["train"] = async function* (spec) {
  for (const event of aTraining(spec)) {
    if (event.type !== "epoch" || event.number === 1) yield event;
    else return yield { ...event, stopsEarly: true };
  }
};

/** Trains up to a number of events, and then does something. */
const after = (count: number, then: (signal: AbortSignal) => Promise<void>): Trainer["train"] =>
  async function* (spec, { signal, pause = signal }) {
    yield* [...aTraining(spec)].slice(0, count);
    await then(AbortSignal.any([signal, pause]));
  };

/** Does something, and loads until it is stopped. */
const loading = (then: () => unknown): Trainer["train"] =>
  async function* (_spec, { signal }) {
    yield* [];
    await then();
    await aborted(signal);
  };

const crash = () => Promise.reject(new TrainerCrashedError("The trainer died: it was tired."));

/** Checks that a log is whole: contiguous, folded into its snapshot, each loss as it was computed. */
async function checkLog(id: string): Promise<TrainingEvent["type"][]> {
  const events = await readAll(store, id);
  assertEquals(events.map(({ seq }) => seq), events.map((_, index) => index + 1));
  assertEquals(events.reduce(fold, EMPTY_SNAPSHOT), present(await store.get(id)).snapshot);
  const losses = events.flatMap((event) => event.type === "batches" ? event.losses : []);
  assertEquals(losses.map(Math.fround), losses.map((_, index) => lossAt(1, index + 1)));
  return events.map(({ type }) => type as TrainingEvent["type"]);
}

describe("runAttempt()", () => {
  beforeEach(async () => {
    store = await openSqliteStore(folder.join("runs.db"));
    checkpoints = openFolderStore(folder.join("checkpoints"));
    stop = new AbortController();
    messages = [];
  });
  afterEach(async () => {
    stop.abort();
    await store.close();
  });

  it("writes what the trainer says and ends with completed", async () => {
    const claimed = await createAndClaim();
    const left = await run(claimed, well);
    assertEquals([left?.snapshot.state, left?.snapshot.step], ["COMPLETED", 12]);
    assertEquals(left?.snapshot.lastEpoch?.number, 3);
    assertEquals((await checkLog(claimed.run.id)).at(-1), "completed");
  });

  it("completes a run that its trainer ends early, and lets a client go on with the epochs left", async () => {
    const claimed = await createAndClaim();
    const { id } = claimed.run;
    const seen = (run: Run | undefined) => {
      const { state, stoppedEarly, lastEpoch } = present(run).snapshot;
      return [state, stoppedEarly, lastEpoch?.number];
    };
    assertEquals(seen(await run(claimed, early)), ["COMPLETED", true, 2]);
    assertEquals((await checkLog(id)).at(-1), "completed");
    assertEquals(seen(await store.request(id, "resume")), ["QUEUED", false, 2]);
    assertEquals(seen(await run(await claim(), well)), ["COMPLETED", false, 3]);
  });

  it("completes a run that ended early although its worker died before it could say so", async () => {
    const first = await createAndClaim();
    const died = await run(first, async function* (spec, options) {
      yield* early(spec, options);
      if (options.checkpointFolder) {
        yield await aCheckpoint(options.checkpointFolder, spec, 8, { reason: "epoch" });
      }
      throw new TrainerCrashedError("The trainer died.");
    });
    assertEquals(died?.snapshot.state, "INTERRUPTED");
    const left = present(await run(await claim(), () => fail("there is nothing left to train")));
    assertEquals([left.snapshot.state, left.snapshot.stoppedEarly], ["COMPLETED", true]);
  });

  it("fails with the trainer's message when the training cannot be done", async () => {
    const fails = after(3, () => Promise.reject(new TrainingError("There is no GPU.")));
    const { state, error, step } = present(await run(await createAndClaim(), fails)).snapshot;
    assertEquals([state, error, step], ["FAILED", "There is no GPU.", 4]);
  });

  it("fails when the trainer stops early without an error", async () => {
    const left = await run(await createAndClaim(), after(3, () => Promise.resolve()));
    assertEquals(left?.snapshot.state, "FAILED");
    assertMatch(left?.snapshot.error ?? "", /must reach epoch 3, got 0/);
  });

  it("fails when the trainer leaves out a step", async () => {
    const left = await run(await createAndClaim(), async function* (spec) {
      yield* [...aTraining(spec)].filter((_, index) => index !== 1);
    });
    assertEquals(left?.snapshot.state, "FAILED");
    assertMatch(left?.snapshot.error ?? "", /firstStep must be 1, got 3/);
  });

  it("stops a trainer that goes on after the log has refused what it said", async () => {
    const left = await run(await createAndClaim(), async function* (spec, { signal }) {
      yield* [...aTraining(spec)].slice(2, 3);
      await aborted(signal);
    });
    assertEquals(left?.snapshot.state, "FAILED");
  });

  it("takes up a run whose trainer died where its log ended", async () => {
    const first = await createAndClaim();
    const left = await run(first, after(6, crash));
    assertEquals([left?.snapshot.state, left?.snapshot.crashes], ["INTERRUPTED", 1]);
    assertEquals((await run(await claim(), well))?.snapshot.state, "COMPLETED");
    const types = await checkLog(first.run.id);
    assertEquals(types.filter((type) => type === "epoch").length, 3);
  });

  it("gives up a run that ends its trainer three times, with what is known of the last", async () => {
    const first = await createAndClaim();
    await run(first, after(3, crash));
    await run(await claim(), after(3, crash));
    const left = await run(await claim(), after(3, crash));
    assertEquals(left?.snapshot.state, "FAILED");
    assertMatch(left?.snapshot.error ?? "", /3 times.*The trainer died: it was tired\.$/);
    assertEquals(await store.claim({ worker: "w", leaseMs: LEASE_MS }), undefined);
  });

  it("gives up a run that ends its worker three times", async () => {
    await store.create({ name: "r", spec: aSpec() });
    for (let attempt = 1; attempt <= 3; attempt++) await claim(-1);
    const left = await run(await claim(), well);
    assertEquals(left?.snapshot.state, "FAILED");
    assertMatch(left?.snapshot.error ?? "", /3 times.*gave no sign of life/);
  });

  it("goes on with a run that dies often but finishes an epoch each time", async () => {
    const first = await createAndClaim();
    await run(first, after(4, crash)); // One epoch.
    await run(await claim(), after(4, crash));
    await run(await claim(), after(7, crash)); // Two.
    const left = await run(await claim(), after(7, crash));
    assertEquals([left?.snapshot.state, left?.snapshot.crashes], ["INTERRUPTED", 2]);
    assertEquals((await run(await claim(), well))?.snapshot.state, "COMPLETED");
    await checkLog(first.run.id);
  });

  it("ends a run that is cancelled while it is trained, with what was trained", async () => {
    const claimed = await createAndClaim();
    const running = run(claimed, after(3, aborted), { leaseMs: 1_000 });
    await untilStep(store, claimed.run.id, 4);
    await store.request(claimed.run.id, "cancel");
    const left = await running;
    assertEquals([left?.snapshot.state, left?.snapshot.step], ["CANCELLED", 4]);
    await checkLog(claimed.run.id);
  });

  for (const [request, state] of [["pause", "PAUSED"], ["cancel", "CANCELLED"]] as const) {
    it(`leaves a run ${state} whose trainer is loading, long before its lease is renewed`, async () => {
      const claimed = await createAndClaim();
      const begun = Promise.withResolvers<void>();
      const running = run(claimed, loading(begun.resolve), { leaseMs: 3_600_000 });
      await begun.promise;
      const another = await openSqliteStore(folder.join("runs.db"));
      await another.request(claimed.run.id, request);
      await another.close();
      assertEquals((await running)?.snapshot.state, state);
    });

    it(`leaves a run ${state} whose log has fallen silent, long before its lease is renewed`, async () => {
      const claimed = await createAndClaim();
      const running = run(claimed, after(3, aborted), { leaseMs: 3_600_000 });
      await untilStep(store, claimed.run.id, 4);
      await store.request(claimed.run.id, request);
      const left = await running;
      assertEquals([left?.snapshot.state, left?.snapshot.step], [state, 4]);
      await checkLog(claimed.run.id);
    });
  }

  it("receives a cancel when the store can be read again", async () => {
    const claimed = await createAndClaim();
    let reads = 0;
    const blind: RunStore = {
      ...store,
      get: (id) =>
        reads++ < 2 ? Promise.reject(new StoreUnavailableError("It is away.")) : store.get(id),
    };
    const train = loading(() => store.request(claimed.run.id, "cancel"));
    const left = await run(claimed, train, { store: blind, leaseMs: 3_600_000 });
    assertEquals(left?.snapshot.state, "CANCELLED");
  });

  it("stops a trainer that is loading as soon as another worker has the run", async () => {
    const claimed = await createAndClaim();
    const train = loading(() => claimAfterExpiry(claimed));
    assertEquals(await run(claimed, train, { leaseMs: 3_600_000 }), undefined);
  });

  it("ends a run at once that was being cancelled when it was claimed", async () => {
    const claimed = await createAndClaim();
    await store.renew(claimed, LEASE_MS);
    await store.request(claimed.run.id, "cancel");
    await store.renew(claimed, -1);
    const left = await run(await claim(), () => {
      throw new Error("It must not be trained.");
    });
    assertEquals(left?.snapshot.state, "CANCELLED");
  });

  it("completes a run that was cancelled too late", async () => {
    const claimed = await createAndClaim();
    const left = await run(claimed, async function* (spec) {
      yield* aTraining(spec);
      await store.request(claimed.run.id, "cancel");
    });
    assertEquals(left?.snapshot.state, "COMPLETED");
  });

  it("leaves a run interrupted and free when its worker is stopped", async () => {
    const claimed = await createAndClaim();
    const running = run(claimed, after(3, aborted));
    await untilStep(store, claimed.run.id, 4);
    stop.abort();
    const left = await running;
    assertEquals([left?.snapshot.state, left?.snapshot.crashes], ["INTERRUPTED", 0]);
    assertEquals((await claim()).run.id, claimed.run.id);
  });

  it("cancels a run whose worker is stopped in the moment of the cancel", async () => {
    const claimed = await createAndClaim();
    const running = run(claimed, async function* (_spec, { signal }) {
      yield* [];
      stop.abort();
      await aborted(signal);
      await store.request(claimed.run.id, "cancel"); // Nobody has told the worker yet.
    });
    assertEquals((await running)?.snapshot.state, "CANCELLED");
  });

  it("stops at once and writes nothing when another worker has the run", async () => {
    const claimed = await createAndClaim();
    let wasStopped = false;
    const running = run(claimed, async function* (spec, { signal }) {
      yield* [...aTraining(spec)].slice(0, 3);
      await aborted(signal);
      wasStopped = true;
      yield* [...aTraining(spec)].slice(3);
    }, { leaseMs: 1_000 });
    await untilStep(store, claimed.run.id, 4);
    const other = await until("the other worker has the run", () => claimAfterExpiry(claimed));
    assertEquals(await running, undefined);
    assertEquals(wasStopped, true);
    assertEquals(present(await store.get(claimed.run.id)).snapshot.step, 4);
    await store.append(other, 1, [logLine("mine")]);
  });

  it("stops when its run was cancelled and deleted", async () => {
    const claimed = await createAndClaim();
    const go = Promise.withResolvers<void>();
    const running = run(claimed, async function* (spec) {
      yield* [...aTraining(spec)].slice(0, 3);
      await go.promise;
      yield* [...aTraining(spec)].slice(3);
    });
    await untilStep(store, claimed.run.id, 4);
    await store.renew(claimed, -1);
    assertEquals((await store.request(claimed.run.id, "cancel"))?.snapshot.state, "CANCELLED");
    await store.delete(claimed.run.id);
    go.resolve();
    assertEquals(await running, undefined);
    assertEquals(await readAll(store, claimed.run.id), []);
  });

  describe("when the store cannot be used", () => {
    let isDown: boolean;
    let failures: number;
    let flaky: RunStore;
    const full = () => Promise.reject(new StoreUnavailableError("The disk is full."));
    beforeEach(() => {
      isDown = false;
      failures = 0;
      flaky = {
        ...store,
        append(...args) {
          if (!isDown) return store.append(...args);
          failures++;
          return full();
        },
        renew: (...args) => isDown ? full() : store.renew(...args),
      };
    });

    it("goes on training, and writes everything when it can", async () => {
      const claimed = await createAndClaim();
      const trained = Promise.withResolvers<void>();
      const running = run(claimed, async function* (spec) {
        const events = [...aTraining(spec)];
        yield* events.slice(0, 3);
        await untilStep(store, claimed.run.id, 4);
        isDown = true;
        yield* events.slice(3);
        trained.resolve();
      }, { store: flaky, leaseMs: 1_000 });
      await trained.promise;
      await until("three appends have failed", () => failures > 2);
      isDown = false;
      assertEquals((await running)?.snapshot.state, "COMPLETED");
      await checkLog(claimed.run.id);
      assertEquals(messages, [
        "The disk is full. The training of 'a run' continues meanwhile.",
        "The log of 'a run' is being written again.",
      ]);
    });

    it("writes once what was written although it seemed to fail", async () => {
      const claimed = await createAndClaim();
      let odd = 0;
      const doubtful: RunStore = {
        ...store,
        async append(claim, number, events) {
          const result = await store.append(claim, number, events);
          if (odd++ % 2 === 0) throw new StoreUnavailableError("The connection is gone.");
          return result;
        },
      };
      assertEquals((await run(claimed, well, { store: doubtful }))?.snapshot.state, "COMPLETED");
      await checkLog(claimed.run.id);
    });

    it("leaves the run to the next worker if it is stopped meanwhile", async () => {
      const claimed = await createAndClaim();
      isDown = true;
      const running = run(claimed, after(3, aborted), { store: flaky });
      await until("an append has failed", () => failures > 0);
      stop.abort();
      assertEquals(await running, undefined);
      assertMatch(messages.at(-1) ?? "", /left to its next worker/);
    });
  });

  it("passes on an unexpected error of the store", async () => {
    const claimed = await createAndClaim();
    const broken: RunStore = { ...store, append: () => Promise.reject(new TypeError("a bug")) };
    await assertRejects(() => run(claimed, well, { store: broken }), TypeError);
  });
});

/** Takes the run from its claimant as if its lease had run out. */
async function claimAfterExpiry(claimed: Claim): Promise<Claim | undefined> {
  await store.renew(claimed, -1).catch((error) => assert(error instanceof FencedError));
  return await store.claim({ worker: "other", leaseMs: LEASE_MS });
}
