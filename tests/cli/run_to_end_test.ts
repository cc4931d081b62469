/** One run from its creation to its end, with a fake trainer. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { assertFails } from "../support/errors.ts";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import { beginEarly } from "../../cli/train/early_training.ts";
import type { TrainFlags } from "../../cli/train/parsed_flags.ts";
import type { Report } from "../../cli/terminal/report.ts";
import { createRun, runToEnd } from "../../cli/train/run_to_end.ts";
import type { TrainingEvent } from "../../ml/training/events.ts";
import type { TrainingSpec } from "../../ml/spec/spec.ts";
import { openFolderStore } from "../../runs/checkpoints/folder.ts";
import { StoreUnavailableError } from "../../runs/store/errors.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { openStore } from "../../runs/store/open.ts";
import {
  type Trainer,
  TrainerCrashedError,
  type TrainerEvent,
  TrainingError,
  type TrainOptions,
} from "../../runs/trainer/trainer.ts";
import { aSpec, aTraining } from "../support/fake_run.ts";
import { folderPerTest } from "../support/temporary_folder.ts";
import { present } from "../support/present.ts";
import { aborted, until, untilRun } from "../support/until.ts";

const NEVER = new AbortController().signal;

let home = "";
let store: RunStore;

/** Makes a trainer that yields these events and counts its trainings. */
function trainerOf(
  training: (spec: TrainingSpec, signal: AbortSignal) => AsyncIterable<TrainingEvent>,
): Trainer & { trainings: number } {
  const trainer = {
    trainings: 0,
    devices: () => Promise.resolve([]),
    train(spec: TrainingSpec, { signal, pause = NEVER }: TrainOptions) {
      trainer.trainings++;
      return training(spec, AbortSignal.any([signal, pause]));
    },
  };
  return trainer;
}

async function* wholeTraining(spec: TrainingSpec): AsyncGenerator<TrainingEvent> {
  yield* aTraining(spec);
}

// deno-lint-ignore require-yield
async function* impossibleTraining(): AsyncGenerator<TrainingEvent> {
  throw new TrainingError("Cannot train on CUDA: there is none.");
}

/** Stops after the first epoch until the signal aborts. */
async function* endlessTraining(
  spec: TrainingSpec,
  signal: AbortSignal,
): AsyncGenerator<TrainingEvent> {
  for (const event of aTraining(spec)) {
    yield event;
    if (event.type === "epoch") break;
  }
  await aborted(signal);
}

function flagsOf(change: Partial<TrainFlags> = {}): TrainFlags {
  return { spec: aSpec(), name: "digits", open: [], ...change };
}

/** Returns the options of most tests: a worker of the real store that is not interrupted. */
function usual() {
  return {
    store,
    checkpoints: openFolderStore(join(home, "checkpoints")),
    scratch: join(home, "scratch"),
    worker: "terminal",
    interrupt: NEVER,
  };
}

/** Makes a report that records its lines. */
function listen() {
  const told: string[] = [];
  const report: Report = {
    introduce() {},
    tell: (event) => told.push(event.type),
    note: (text) => told.push(text),
    hasTold: () => false,
    conclude() {},
    end() {},
  };
  return { told, report };
}

/** Trains a run until it is interrupted. */
async function trainEndlessly(change: Partial<Parameters<typeof runToEnd>[0]> = {}) {
  const { told, report } = listen();
  const interrupt = new AbortController();
  const run = change.run ?? await createRun(store, flagsOf(), "terminal");
  const trainer = trainerOf(endlessTraining);
  const options = { ...usual(), trainer, run, report, interrupt: interrupt.signal, ...change };
  return { run, told, interrupt, ending: runToEnd(options) };
}

describe("a training in this process", () => {
  const folder = folderPerTest();
  beforeEach(async () => {
    home = folder.path;
    store = await openStore({ home });
  });
  afterEach(() => store.close());

  describe("createRun()", () => {
    it("keeps the run for this worker", async () => {
      const run = await createRun(store, flagsOf(), "terminal");
      assertEquals(await store.claim({ worker: "another", leaseMs: 1000 }), undefined);
      const claim = await store.claim({ worker: "terminal", leaseMs: 1000 });
      assertEquals(claim?.run.id, run.id);
    });

    it("finds the run that was started with the same key", async () => {
      const flags = flagsOf({ idempotencyKey: "monday" });
      const first = await createRun(store, flags, "one");
      const second = await createRun(store, flags, "two");
      assertEquals(second.id, first.id);
    });

    it("leaves to the first run what was left to chance", async () => {
      const flags = flagsOf({ idempotencyKey: "monday", spec: aSpec({ seed: 1 }), open: ["seed"] });
      const first = await createRun(store, flags, "one");
      const second = await createRun(store, { ...flags, spec: aSpec({ seed: 2 }) }, "two");
      assertEquals(second.id, first.id);
    });

    it("refuses another name for the same key, and takes none for the first run's", async () => {
      const flags = flagsOf({ idempotencyKey: "monday" });
      const first = await createRun(store, flags, "one");
      const renamed = { ...flags, name: "letters" };
      await assertFails(createRun(store, renamed, "two"), { name: "WrongInputError" });
      assertEquals((await createRun(store, { ...renamed, open: ["name"] }, "two")).id, first.id);
    });

    it("refuses the key of another training", async () => {
      await createRun(store, flagsOf({ idempotencyKey: "monday" }), "one");
      await assertFails(
        createRun(store, flagsOf({ idempotencyKey: "monday", spec: aSpec({ epochs: 9 }) }), "two"),
        {
          name: "WrongInputError",
          message:
            "Cannot train with --idempotency-key 'monday': 'digits' was started with it and has " +
            "different settings. Use a new key.",
        },
      );
    });
  });

  describe("runToEnd()", () => {
    it("trains the run and tells of everything that its log holds", async () => {
      const { told, report } = listen();
      const run = await createRun(store, flagsOf(), "terminal");
      const trainer = trainerOf(wholeTraining);
      const ended = await runToEnd({ ...usual(), trainer, run, report });
      assertEquals(ended.run.snapshot.state, "COMPLETED");
      assertEquals(ended.problem, undefined);
      assertEquals(ended.epochs.map((epoch) => epoch.number), [1, 2, 3]);
      const events = await store.read(run.id, { afterSeq: 0, limit: 500 });
      assertEquals(told, events.map((event) => event.type));
    });

    it("leaves the run paused when it is interrupted, with the epochs that were finished", async () => {
      const { run, told, interrupt, ending } = await trainEndlessly();
      await untilRun(store, run.id, "has an epoch", ({ snapshot }) => snapshot.lastEpoch !== null);
      interrupt.abort();
      const ended = await ending;
      assertEquals(ended.run.snapshot.state, "PAUSED");
      assertEquals(ended.epochs.map((epoch) => epoch.number), [1]);
      assertEquals(await store.claim({ worker: "another", leaseMs: 1000 }), undefined);
      assert(told.includes("pauseRequested") && !told.includes("paused"), told.join(", "));
    });

    it("pauses before anything is trained when it was interrupted before", async () => {
      const { ending } = await trainEndlessly({ interrupt: AbortSignal.abort() });
      const ended = await ending;
      assertEquals([ended.run.snapshot.state, ended.run.snapshot.step], ["PAUSED", 0]);
    });

    it("leaves the run to another worker that has it when it is interrupted", async () => {
      const run = await createRun(store, flagsOf(), "another");
      const claim = present(await store.claim({ worker: "another", leaseMs: 60_000 }));
      const { told, interrupt, ending } = await trainEndlessly({ run });
      await until("the report has the claim", () => told.includes("claimed"));
      interrupt.abort();
      assertEquals((await ending).run.snapshot.state, "RUNNING");
      await store.renew(claim, 1000);
    });

    it("leaves the run to the next worker when the pause cannot be stored", async () => {
      const request = () => Promise.reject(new StoreUnavailableError("The disk is full."));
      const { run, interrupt, ending } = await trainEndlessly({ store: { ...store, request } });
      await untilRun(store, run.id, "has an epoch", ({ snapshot }) => snapshot.lastEpoch !== null);
      interrupt.abort();
      assertEquals((await ending).run.snapshot.state, "INTERRUPTED");
    });

    it("ends when another client cancels the run", async () => {
      const { run, ending } = await trainEndlessly();
      await untilRun(store, run.id, "has an epoch", ({ snapshot }) => snapshot.lastEpoch !== null);
      await store.request(run.id, "cancel");
      assertEquals((await ending).run.snapshot.state, "CANCELLED");
    });

    it("says why a training cannot be done", async () => {
      const { report } = listen();
      const run = await createRun(store, flagsOf(), "terminal");
      const trainer = trainerOf(impossibleTraining);
      const ended = await runToEnd({ ...usual(), trainer, run, report });
      assertEquals(ended.run.snapshot.state, "FAILED");
      assertEquals(ended.run.snapshot.error, "Cannot train on CUDA: there is none.");
    });

    it("takes the run up again when what trains it dies", async () => {
      const { told, report } = listen();
      const run = await createRun(store, flagsOf(), "terminal");
      const trainer = trainerOf(async function* (spec) {
        for (const event of aTraining(spec)) {
          yield event;
          if (trainer.trainings === 1 && event.type === "epoch") {
            throw new TrainerCrashedError("It died.");
          }
        }
      });
      const ended = await runToEnd({ ...usual(), trainer, run, report });
      assertEquals(ended.run.snapshot.state, "COMPLETED");
      assertEquals(ended.epochs.map((epoch) => epoch.number), [1, 2, 3]);
      assertEquals(trainer.trainings, 2);
      assert(told.includes("interrupted"));
    });

    it("follows a run that another worker has to its end", async () => {
      const { report } = listen();
      const run = await createRun(store, flagsOf(), "another");
      const claim = present(await store.claim({ worker: "another", leaseMs: 60_000 }));
      const trainer = trainerOf(wholeTraining);
      const ending = runToEnd({ ...usual(), trainer, run, report });
      await store.append(claim, 1, [...aTraining(run.spec), { type: "completed" }]);
      const ended = await ending;
      assertEquals(ended.run.snapshot.state, "COMPLETED");
      assertEquals(ended.epochs.length, 3);
      assertEquals(trainer.trainings, 0);
    });
  });

  describe("beginEarly()", () => {
    const spec = aSpec();

    it("begins before it is asked for the training, and gives all of it once", async () => {
      const trainer = trainerOf(wholeTraining);
      const early = beginEarly(trainer, spec, home);
      await early.begun;
      assertEquals(trainer.trainings, 1);
      const events = await Array.fromAsync(early.trainer.train(spec, { signal: NEVER }));
      assertEquals(events, [...aTraining(spec)]);
      assertEquals(trainer.trainings, 1);
      await Array.fromAsync(early.trainer.train(spec, { signal: NEVER }));
      assertEquals(trainer.trainings, 2);
    });

    it("is another training for another spec", async () => {
      const trainer = trainerOf(wholeTraining);
      const early = beginEarly(trainer, spec, home);
      const other = aSpec({ seed: 2 });
      const events = await Array.fromAsync(early.trainer.train(other, { signal: NEVER }));
      assertEquals(events, [...aTraining(other)]);
      await early.abandon();
    });

    it("says early that the training cannot be done", async () => {
      const early = beginEarly(trainerOf(impossibleTraining), spec, home);
      await assertRejects(() => early.begun, TrainingError);
      await assertRejects(
        () => Array.fromAsync(early.trainer.train(spec, { signal: NEVER })),
        TrainingError,
      );
    });

    it("stops when the one who took it says so", async () => {
      const early = beginEarly(trainerOf(endlessTraining), spec, home);
      const stop = new AbortController();
      const events: TrainerEvent[] = [];
      for await (const event of early.trainer.train(spec, { signal: stop.signal })) {
        events.push(event);
        if (event.type === "epoch") stop.abort();
      }
      assertEquals(events.at(-1)?.type, "epoch");
    });

    it("ends what nobody took", async () => {
      let hasEnded = false;
      const early = beginEarly(
        trainerOf(async function* (spec, signal) {
          try {
            yield* endlessTraining(spec, signal);
          } finally {
            hasEnded = true;
          }
        }),
        spec,
        home,
      );
      await early.begun;
      await early.abandon();
      assertEquals(hasEnded, true);
    });
  });
});
