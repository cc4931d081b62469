/** Runs that are paused, stopped, resumed and continued, with fake trainings and real checkpoints. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import { readCheckpoint } from "../../../ml/checkpoint/checkpoint.ts";
import { CheckpointError } from "../../../ml/checkpoint/error.ts";
import { MANIFEST_VERSION } from "../../../ml/checkpoint/manifest.ts";
import { openFolderStore } from "../../../runs/checkpoints/folder.ts";
import type { CheckpointStore } from "../../../runs/checkpoints/store.ts";
import { deleteRun } from "../../../runs/delete_run.ts";
import { ConflictError } from "../../../runs/log/errors.ts";
import type { Run } from "../../../runs/log/run.ts";
import { StoreUnavailableError } from "../../../runs/store/errors.ts";
import type { RunEvent } from "../../../runs/log/event.ts";
import type { Claim, RunStore } from "../../../runs/store/store.ts";
import { openSqliteStore } from "../../../runs/store/sqlite/store.ts";
import { runAttempt } from "../../../runs/worker/attempt.ts";
import { type Trainer, TrainerCrashedError } from "../../../runs/trainer/trainer.ts";
import { aCheckpoint, aSpec, aTrainingAfter, ofType, readAll } from "../../support/fake_run.ts";
import { present } from "../../support/present.ts";
import { aborted, until, untilSaved, untilStep } from "../../support/until.ts";
import { checkWhole } from "../../support/whole_log.ts";
import { itWithDisk, smallDisk } from "../../support/small_disk.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";

/** Long enough for a busy machine; the worker sees requests within a third of it. */
const LEASE_MS = 2_000;

const folder = folderPerTest();
let store: RunStore;
let checkpoints: CheckpointStore;
let stop: AbortController;
let messages: string[];
let troubles: (string | null)[];
/** The steps that trainings went on after, one a training. */
let starts: number[];

const create = async (change = {}) =>
  (await store.create({ name: "a run", spec: aSpec(change) })).run;
const claim = async (worker = "w") => present(await store.claim({ worker, leaseMs: LEASE_MS }));
const get = async (id: string) => present(await store.get(id));
const scratch = () => folder.join("scratch");

function run(
  claim: Claim,
  train: Trainer["train"],
  change: { store?: RunStore; checkpoints?: CheckpointStore; signal?: AbortSignal } = {},
): Promise<Run | undefined> {
  return runAttempt({
    ...{ store, checkpoints, claim, leaseMs: LEASE_MS, scratch: scratch() },
    trainer: { train, devices: () => Promise.resolve([]) },
    signal: stop.signal,
    log: (_level, message) => void messages.push(message),
    onProblem: (message) => void troubles.push(message),
    ...change,
  });
}

/** Takes a run from its worker as if that had been silent for long. */
function takeFrom(claim: Claim): Promise<Claim> {
  return until("the second worker has the run", async () => {
    // It may renew its lease in between.
    await store.renew(claim, -1);
    return await store.claim({ worker: "second", leaseMs: LEASE_MS });
  });
}

/** A training that saves checkpoints as a real one does, and misbehaves on request. */
function training(
  { every = Infinity, crashAfter = Infinity, waitAfter = Infinity, device }: {
    /** Steps between two checkpoints within an epoch. */
    readonly every?: number;
    readonly crashAfter?: number;
    /** Steps after which it waits for a signal to stop. */
    readonly waitAfter?: number;
    readonly device?: string;
  } = {},
): Trainer["train"] {
  return async function* (spec, { signal, pause, from, checkpointFolder = "" }) {
    let step = from === undefined ? 0 : (await readCheckpoint(from, { spec })).step;
    let saved = step;
    starts.push(step);
    for (const event of aTrainingAfter(spec, step)) {
      if (event.type === "batches") {
        if (step >= crashAfter) throw new TrainerCrashedError("The trainer died: it was tired.");
        if (step >= waitAfter) await anyAborted(signal, pause);
        if (signal.aborted) return;
        if (pause?.aborted) {
          if (step > saved) {
            yield await aCheckpoint(checkpointFolder, spec, step, { reason: "stop" });
          }
          return;
        }
        step = event.firstStep + event.losses.length - 1;
      }
      yield event.type === "started" && device !== undefined ? { ...event, device } : event;
      const isDue = event.type === "batches" && step % 4 > 0 && step - saved >= every;
      if (event.type !== "epoch" && !isDue) continue;
      saved = step;
      const reason = event.type === "epoch" ? "epoch" : "interval";
      yield await aCheckpoint(checkpointFolder, spec, step, { reason });
    }
  };
}

/** Resolves when one of the signals has aborted. */
function anyAborted(...signals: (AbortSignal | undefined)[]): Promise<void> {
  return aborted(AbortSignal.any(signals.filter((signal) => signal !== undefined)));
}

/** Starts a run's training up to step 6, where it waits; its checkpoint of step 4 is saved. */
async function startTraining(change: Parameters<typeof run>[2] = {}) {
  const { id } = await create();
  const running = run(await claim(), training({ waitAfter: 6 }), change);
  await untilStep(store, id, 6);
  await untilSaved(store, id, 4);
  return { id, running };
}

/** Trains the run of the queue to its end. */
async function complete(change: Parameters<typeof run>[2] = {}): Promise<void> {
  const left = await run(await claim(), training(), change);
  assertEquals(left?.snapshot.state, "COMPLETED");
}

/** Checks that a run's log is whole, and that its checkpoints are those that the log lists. */
async function checkKept(id: string): Promise<void> {
  await checkWhole(store, id);
  assertEquals(await stored(id), await logged(id));
}

const stateOf = async (running: Promise<Run | undefined>) => (await running)?.snapshot.state;

/** The events about checkpoints and the run's end, in a word each. */
async function tellings(id: string): Promise<string[]> {
  return (await readAll(store, id)).flatMap((event) => {
    switch (event.type) {
      case "checkpoint":
        return [`${event.reason} ${event.step}`];
      case "checkpointRemoved":
        return [`removed ${Number(/^step-(\d+)/.exec(event.file)?.[1])}`];
      case "batches":
      case "epoch":
      case "claimed":
      case "started":
      case "queued":
        return [];
      default:
        return [event.type];
    }
  });
}

/** The file of the checkpoint of a step. */
const fileOf = async (id: string, step: number) =>
  present((await get(id)).snapshot.checkpoints.find((one) => one.step === step)).file;
const stored = async (id: string) => (await checkpoints.list(id)).map(({ name }) => name);
const logged = async (id: string) => (await get(id)).snapshot.checkpoints.map(({ file }) => file);
const logsOf = async (id: string): Promise<RunEvent<"log">[]> =>
  (await readAll(store, id)).filter((event) => event.type === "log");

describe("a run that goes on", () => {
  beforeEach(async () => {
    store = await openSqliteStore(folder.join("runs.db"));
    checkpoints = openFolderStore(folder.join("checkpoints"));
    stop = new AbortController();
    messages = [];
    troubles = [];
    starts = [];
  });
  afterEach(async () => {
    stop.abort();
    await store.close();
  });

  describe("a run in training", () => {
    it("keeps the last three checkpoints and the best, and logs a removal before the file goes", async () => {
      const { id } = await create({ epochs: 6 });
      const removed: string[] = [];
      const watched: CheckpointStore = {
        ...checkpoints,
        async remove(runId, name) {
          assert(!(await logged(id)).includes(name), "the log still counts on it");
          removed.push(name);
          await checkpoints.remove(runId, name);
        },
      };
      // The made-up accuracy grows, so that the best is the last: another is made the best.
      const train: Trainer["train"] = async function* (spec, options) {
        for await (const event of training()(spec, options)) {
          yield event.type === "checkpoint" && event.step === 8
            ? { ...event, testAcc: 0.9 }
            : event;
        }
      };
      const running = run(await claim(), train, { checkpoints: watched });
      assertEquals(await stateOf(running), "COMPLETED");
      const { snapshot } = await get(id);
      assertEquals(snapshot.checkpoints.map(({ step }) => step), [8, 16, 20, 24]);
      assertEquals(snapshot.lastCheckpoint?.step, 24);
      await checkKept(id);
      assertEquals(removed.length, 2);
      assertEquals(await namesIn(scratch()), []);
    });

    it("keeps a checkpoint that was named, also one named while the worker is about to remove it", async () => {
      const { id } = await create({ epochs: 8 });
      const name = async (step: number, as: string) => {
        await store.nameCheckpoint(id, { file: await fileOf(id, step), name: as });
      };
      // Between what the worker has seen of the run and what it appends by that.
      const racing: RunStore = {
        ...store,
        async append(claim, number, events) {
          const removed = events.filter((event) => event.type === "checkpointRemoved");
          const { checkpoints } = (await get(id)).snapshot;
          const twelfth = checkpoints.find(({ step }) => step === 12);
          if (removed.some(({ file }) => file === twelfth?.file)) await name(12, "in time");
          return await store.append(claim, number, events);
        },
      };
      const train: Trainer["train"] = async function* (spec, options) {
        for await (const event of training()(spec, options)) {
          yield event;
          if (event.type !== "checkpoint") continue;
          const { step } = event;
          // No faster than the log: what never was in it is not removed from it.
          await until(`the log has the checkpoint of step ${step}`, async () => {
            const { checkpoints } = (await get(id)).snapshot;
            return options.signal.aborted || checkpoints.some((one) => one.step === step);
          });
          if (step === 8) await name(4, "early");
        }
      };
      assertEquals(await stateOf(run(await claim(), train, { store: racing })), "COMPLETED");
      const kept = (await get(id)).snapshot.checkpoints.map(({ step, name }) => [step, name]);
      assertEquals(kept, [[4, "early"], [12, "in time"], [24, null], [28, null], [32, null]]);
      await checkKept(id);
    });

    it("tells of a checkpoint what it is, after the steps that it holds", async () => {
      const { id } = await create({ epochs: 1 });
      await run(await claim(), training({ every: 2 }));
      const events = await readAll(store, id);
      const at = events.findIndex(({ type }) => type === "checkpoint");
      const first = ofType("checkpoint", events[at]);
      assertEquals([first.step, first.epoch, first.reason], [2, 1, "interval"]);
      assertEquals(first.testAcc, null);
      const before = events.slice(0, at).filter((event) => event.type === "batches");
      assertEquals(before.flatMap(({ losses }) => losses).length >= 2, true);
      const path = await checkpoints.fetch(id, first.file, folder.path, { sha256: first.sha256 });
      assertEquals((await Deno.stat(path)).size, first.bytes);
      const last = ofType("checkpoint", events.findLast(({ type }) => type === "checkpoint"));
      assertEquals([last.step, last.epoch, last.reason, last.testAcc], [4, 1, "epoch", 0.001]);
    });

    it("goes on from its last checkpoint when its trainer dies", async () => {
      const { id } = await create();
      const crashing = run(await claim(), training({ crashAfter: 10 }));
      assertEquals(await stateOf(crashing), "INTERRUPTED");
      await run(await claim(), training());
      assertEquals(starts, [0, 8]);
      await checkWhole(store, id);
    });

    it("goes on from its last checkpoint when its worker dies", async () => {
      const { id } = await create();
      const dead = await claim("first");
      const lost = run(dead, training({ waitAfter: 6 }));
      await untilStep(store, id, 6);
      await untilSaved(store, id, 4);
      await run(await takeFrom(dead), training());
      assertEquals(await lost, undefined);
      assertEquals(starts, [0, 4]);
      await checkWhole(store, id);
    });

    it("is completed at once where its log and its last checkpoint are whole", async () => {
      const { id } = await create();
      await run(await claim(), async function* (spec, options) {
        yield* training()(spec, options);
        throw new TrainerCrashedError("The trainer died in its last moment.");
      });
      assertEquals((await get(id)).snapshot.state, "INTERRUPTED");
      await complete();
      assertEquals(starts, [0]);
    });

    it("trains to its end again where the last checkpoint is missing, and tells nothing twice", async () => {
      const { id } = await create();
      await run(await claim(), async function* (spec, options) {
        for await (const event of training()(spec, options)) {
          if (event.type === "checkpoint" && event.step === 12) break;
          yield event;
        }
        throw new TrainerCrashedError("The trainer died in its last moment.");
      });
      await complete();
      assertEquals(starts, [0, 8]);
      assertEquals((await get(id)).snapshot.lastCheckpoint?.step, 12);
      await checkWhole(store, id);
    });

    it("says that it continues on another device", async () => {
      const { id } = await create();
      await run(await claim(), training({ crashAfter: 6 }));
      await run(await claim(), training({ device: "CUDA (a test)" }));
      const [log, ...more] = await logsOf(id);
      assertMatch(log?.message ?? "", /continues on CUDA \(a test\) .* it was on CPU \(a test\)/);
      assertEquals(more.length, 0);
      await checkWhole(store, id);
    });
  });

  describe("a checkpoint that is no good", () => {
    let id: string;
    beforeEach(async () => {
      ({ id } = await create());
      await run(await claim(), training({ crashAfter: 10, every: 2 }));
      assertEquals((await get(id)).snapshot.checkpoints.map(({ step }) => step), [6, 8, 10]);
    });
    const pathOf = async (step: number) => folder.join("checkpoints", id, await fileOf(id, step));
    const damage = async (step: number) => {
      const path = await pathOf(step);
      const bytes = await Deno.readFile(path);
      const last = bytes.length - 1;
      bytes[last] = 1 ^ (bytes[last] ?? 0);
      await Deno.writeFile(path, bytes);
    };

    it("is left for the one before it, and logged", async () => {
      await damage(10);
      await Deno.remove(await pathOf(8));
      await run(await claim(), training());
      assertEquals(starts, [0, 6]);
      const logs = await logsOf(id);
      assertEquals(logs.map(({ level }) => level), ["warning", "warning"]);
      assertMatch(
        logs[0]?.message ?? "",
        /checkpoint of step 10 .* sha256 must be .* continues from step 9\./,
      );
      assertMatch(logs[1]?.message ?? "", /checkpoint of step 8 .* continues from step 7\./);
      assertEquals(
        (await tellings(id)).filter((text) => text === "removed 10" || text === "removed 8"),
        ["removed 10", "removed 8"],
      );
      await checkKept(id);
    });

    it("is forgotten although it has a name", async () => {
      const file = await fileOf(id, 10);
      await store.nameCheckpoint(id, { file, name: "precious" });
      await damage(10);
      await run(await claim(), training());
      assert(!(await logged(id)).includes(file));
      assertMatch((await logsOf(id))[0]?.message ?? "", /checkpoint of step 10 cannot be used/);
      await checkKept(id);
    });

    it("is left for the first step where there is no other", async () => {
      for (const step of [6, 8, 10]) await damage(step);
      await run(await claim(), training());
      assertEquals(starts, [0, 0]);
      assertMatch((await logsOf(id)).at(-1)?.message ?? "", /continues from step 1\./);
      await checkWhole(store, id);
    });

    it("of another version stays for who can read it", async () => {
      const path = await pathOf(10);
      const text = (await Deno.readFile(path)).toHex();
      const hexOf = (version: number) =>
        new TextEncoder().encode(`\\"version\\":${version}`).toHex();
      const bytes = Uint8Array.fromHex(
        text.replace(hexOf(MANIFEST_VERSION), hexOf(MANIFEST_VERSION + 1)),
      );
      await Deno.writeFile(path, bytes);
      // The digest in the log is that of the file as another version would have written it.
      const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
      const claimed = await claim();
      const { snapshot } = claimed.run;
      const told = snapshot.checkpoints.map((one) => one.step === 10 ? { ...one, sha256 } : one);
      const changed = { ...claimed.run, snapshot: { ...snapshot, checkpoints: told } };
      await run({ ...claimed, run: changed }, training({ waitAfter: 8, crashAfter: 8 }));
      assertEquals(starts, [0, 8]);
      assertMatch(
        (await logsOf(id)).at(-1)?.message ?? "",
        new RegExp(`version must be ${MANIFEST_VERSION} or older, got ${MANIFEST_VERSION + 1}`),
      );
      assert((await logged(id)).some((file) => path.endsWith(file)));
    });
  });

  describe("a run that is paused", () => {
    it("is saved, waits, and goes on from there when it is resumed", async () => {
      const { id, running } = await startTraining();
      await store.request(id, "pause");
      assertEquals(await stateOf(running), "PAUSED");
      assertEquals(await tellings(id), ["epoch 4", "pauseRequested", "pause 6", "paused"]);
      assertEquals(await store.claim({ worker: "w", leaseMs: LEASE_MS }), undefined);
      await store.request(id, "resume");
      await run(await claim(), training());
      assertEquals(starts, [0, 6]);
      await checkWhole(store, id);
    });

    it("before anything was trained is left at once, without a checkpoint", async () => {
      const { id } = await create();
      const claimed = await claim();
      const running = run(claimed, async function* (_spec, { signal, pause }) {
        yield* [];
        await anyAborted(pause);
        await anyAborted(signal); // A trainer that is still loading receives nothing.
      });
      await store.request(id, "pause");
      const left = await running;
      assertEquals([left?.snapshot.state, left?.snapshot.checkpoints.length], ["PAUSED", 0]);
    });

    /** Pauses a run in its first steps; its trainer does something else than to save. */
    async function pauseEarly(then: (id: string, signal: AbortSignal) => Promise<void>) {
      const { id } = await create();
      const running = run(await claim(), async function* (spec, options) {
        for await (const event of training()(spec, options)) {
          yield event;
          if (event.type === "batches") break;
        }
        await anyAborted(options.pause, options.signal);
        await then(id, options.signal);
      });
      await untilStep(store, id, 2);
      await store.request(id, "pause");
      return { id, state: await stateOf(running) };
    }

    it("while its trainer dies is paused all the same, and says how that died", async () => {
      const { id, state } = await pauseEarly(() =>
        Promise.reject(new TrainerCrashedError("The trainer died: it was tired."))
      );
      assertEquals(state, "PAUSED");
      assertMatch(ofType("paused", (await readAll(store, id)).at(-1)).reason ?? "", /it was tired/);
    });

    it("after its worker died is paused by the next one, which does not train it", async () => {
      const { id } = await create();
      const dead = await claim("first");
      await store.renew(dead, 60_000);
      await store.request(id, "pause");
      await store.renew(dead, -1);
      assertEquals((await run(await claim("second"), training()))?.snapshot.state, "PAUSED");
      assertEquals(starts, []);
      assertMatch(ofType("paused", (await readAll(store, id)).at(-1)).reason ?? "", /worker died/);
    });

    it("in its last moment is completed", async () => {
      const { id } = await create();
      const left = await run(await claim(), async function* (spec, options) {
        yield* training()(spec, options);
        await store.request(id, "pause");
      });
      assertEquals(left?.snapshot.state, "COMPLETED");
    });

    it("and cancelled while it saves itself ends", async () => {
      const { state } = await pauseEarly(async (id, signal) => {
        await store.request(id, "cancel");
        await aborted(signal);
      });
      assertEquals(state, "CANCELLED");
    });
  });

  describe("a run whose worker is stopped", () => {
    it("is saved, and the next worker goes on from there", async () => {
      const { id, running } = await startTraining();
      stop.abort();
      assertEquals(await stateOf(running), "INTERRUPTED");
      assertEquals(await tellings(id), ["epoch 4", "stop 6", "interrupted"]);
      await run(await claim(), training(), { signal: new AbortController().signal });
      assertEquals(starts, [0, 6]);
      await checkWhole(store, id);
    });
  });

  describe("a run that has ended", () => {
    it("by being cancelled goes on from its last checkpoint, each step logged once", async () => {
      const { id, running } = await startTraining();
      await store.request(id, "cancel");
      assertEquals(await stateOf(running), "CANCELLED");
      await store.request(id, "resume");
      await complete();
      assertEquals(starts, [0, 4]);
      await checkWhole(store, id);
    });

    it("goes on from its end when it is given more epochs", async () => {
      const { id } = await create();
      await complete();
      await store.request(id, "resume", { epochs: 5 });
      await complete();
      assertEquals(starts, [0, 12]);
      assertEquals((await get(id)).snapshot.step, 20);
      await checkWhole(store, id);
    });

    it("because it failed goes on from its last checkpoint when it is tried again", async () => {
      const { id } = await create();
      for (let crash = 1; crash <= 3; crash++) {
        await run(await claim(), training({ crashAfter: 6 }));
      }
      assertEquals((await get(id)).snapshot.state, "FAILED");
      await store.request(id, "resume");
      await complete();
      assertEquals(starts, [0, 4, 4, 4]);
      await checkWhole(store, id);
    });
  });

  describe("where checkpoints cannot be kept", () => {
    /** A store that fails so often, and then works again. */
    function failing(times: number, kind: CheckpointError["kind"] = "disk-full"): CheckpointStore {
      const fail = () => Promise.reject(new CheckpointError(kind, "There is no room."));
      return {
        ...checkpoints,
        put: (...args) => times-- > 0 ? fail() : checkpoints.put(...args),
        fetch: (...args) => times-- > 0 ? fail() : checkpoints.fetch(...args),
      };
    }

    it("the training waits, says so to everybody, and goes on when they can", async () => {
      const { id } = await create();
      await complete({ checkpoints: failing(1) });
      assertEquals((await logsOf(id)).map(({ level, message }) => [level, message]), [
        ["error", "There is no room. The training waits until then."],
        ["info", "Training continues."],
      ]);
      assertEquals(troubles.slice(0, 2), ["There is no room.", null]);
      assertMatch(messages.join(), /'a run': There is no room\./);
      await checkKept(id);
    });

    it("the log has a trainer's disk problem once, and its end", async () => {
      const { id } = await create();
      await run(await claim(), async function* (spec, options) {
        for await (const event of training()(spec, options)) {
          if (event.type === "checkpoint" && event.step === 4) {
            for (const message of ["Full.", "Full.", null]) yield { type: "trouble", message };
          }
          yield event;
        }
      });
      assertEquals((await logsOf(id)).map(({ level }) => level), ["error", "info"]);
      await checkWhole(store, id);
    });

    it("a pause does not wait for it, and says that the last steps are not saved", async () => {
      let puts = 0;
      const full = failing(Infinity);
      const put: CheckpointStore["put"] = (...args) =>
        puts++ === 0 ? checkpoints.put(...args) : full.put(...args);
      const { id, running } = await startTraining({ checkpoints: { ...checkpoints, put } });
      await store.request(id, "pause");
      assertEquals(await stateOf(running), "PAUSED");
      const { reason } = ofType("paused", (await readAll(store, id)).at(-1));
      assertEquals(reason, "The last checkpoint is not kept: There is no room.");
      await store.request(id, "resume");
      await run(await claim(), training());
      assertEquals(starts, [0, 4]);
      await checkWhole(store, id);
    });

    it("a run that is to go on waits until they can be read", async () => {
      const { id } = await create();
      await run(await claim(), training({ crashAfter: 6 }));
      await run(await claim(), training(), { checkpoints: failing(1, "unavailable") });
      assertEquals(starts, [0, 4]);
      assertEquals((await logsOf(id)).map(({ level }) => level), ["error", "info"]);
      await checkWhole(store, id);
    });

    itWithDisk("as the disk is full, runs and their logs are whole afterwards", async () => {
      using disk = present(smallDisk("1500k"));
      checkpoints = openFolderStore(join(disk.path, "checkpoints"));
      const { id } = await create({ epochs: 8 });
      const running = run(await claim(), training());
      await until("the disk is full", () => troubles.some((trouble) => trouble !== null));
      const trouble = troubles.findLast((trouble) => trouble !== null) ?? "";
      assertMatch(trouble, /^Cannot write checkpoint .*the disk is full/);
      assertEquals((await get(id)).snapshot.state, "RUNNING");
      disk.resize("8m");
      assertEquals(await stateOf(running), "COMPLETED");
      await checkKept(id);
    });

    itWithDisk("nor events, as the disk is full, nothing is lost", async () => {
      // SQLite lets its write-ahead log grow to 4 MB before it copies it into the database.
      using disk = present(smallDisk("16m"));
      const small = await openSqliteStore(join(disk.path, "runs.db"));
      const { run: created } = await small.create({ name: "a run", spec: aSpec({ epochs: 400 }) });
      const claimed = present(await small.claim({ worker: "w", leaseMs: LEASE_MS }));
      const filler = join(disk.path, "filler");
      const running = run(claimed, async function* (spec, options) {
        for await (const event of training()(spec, options)) {
          if (event.type === "checkpoint") continue;
          yield event;
          if (event.type !== "epoch" || event.number !== 20) continue;
          await Deno.writeFile(filler, new Uint8Array(16_000_000)).catch(() => {}); // All that is left.
        }
      }, { store: small });
      await until("the disk is full", () => messages.some((text) => /space left/.test(text)));
      await Deno.remove(filler);
      assertEquals((await running)?.snapshot.state, "COMPLETED");
      assertMatch(messages.at(-1) ?? "", /is being written again/);
      await checkWhole(small, created.id);
      await small.close();
    });
  });

  describe("a worker that has lost its run", () => {
    it("does no harm to the files of the next one, and leaves none", async () => {
      const { id } = await create();
      const first = await claim("first");
      const [reached, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const slow: CheckpointStore = {
        ...checkpoints,
        async put(...args) {
          reached.resolve();
          await go.promise;
          return await checkpoints.put(...args);
        },
      };
      const lost = run(first, training({ waitAfter: 4 }), { checkpoints: slow });
      await reached.promise;
      const second = await takeFrom(first);
      const winning = run(second, training({ waitAfter: 8 }));
      await untilStep(store, id, 8);
      go.resolve();
      assertEquals(await lost, undefined);
      await store.request(id, "pause");
      await winning;
      for (const name of await stored(id)) {
        assert(/attempt-2/.test(name) || !(await logged(id)).includes(name), name);
      }
      await store.request(id, "resume");
      await run(await claim("third"), training());
      assertEquals(starts, [0, 0, 8]);
      await checkKept(id);
    });

    it("and cannot write to its log keeps few files meanwhile", async () => {
      const { id } = await create({ epochs: 30 });
      let isDown = false;
      const flaky: RunStore = {
        ...store,
        append: (...args) =>
          isDown ? Promise.reject(new StoreUnavailableError("It is away.")) : store.append(...args),
      };
      let most = 0;
      const running = run(await claim(), async function* (spec, options) {
        for await (const event of training()(spec, options)) {
          if (event.type === "checkpoint" && event.step === 4) isDown = true;
          yield event;
          most = Math.max(most, (await stored(id)).length);
        }
        isDown = false;
      }, { store: flaky });
      assertEquals((await running)?.snapshot.state, "COMPLETED");
      assert(most <= 8, `${most}`);
      await checkKept(id);
    });
  });

  describe("deleteRun()", () => {
    const remove = (id: string, change: { checkpoints?: CheckpointStore } = {}) =>
      deleteRun({ store, checkpoints, home: folder.path, ...change }, id);
    const fill = async (id: string) => {
      await Deno.mkdir(folder.join("runs", id), { recursive: true });
      await Deno.mkdir(join(scratch(), `${id}-1`), { recursive: true });
    };

    it("leaves nothing of a run, and everything of the others", async () => {
      const [{ id }, { id: other }] = [await create(), await create()];
      for (const each of [id, other]) {
        await run(await claim(), training());
        await fill(each);
      }
      assertEquals(await remove(id), true);
      assertEquals(await store.get(id), undefined);
      assertEquals(await checkpoints.runIds(), [other]);
      assertEquals(await namesIn(folder.join("runs")), [other]);
      assertEquals(await namesIn(scratch()), [`${other}-1`]);
      assertEquals(await remove(id), false);
    });

    it("deletes a paused run, and nothing of one that is neither paused nor over", async () => {
      const { id, running } = await startTraining();
      await assertRejects(() => remove(id), ConflictError);
      await store.request(id, "pause");
      await running;
      assert((await stored(id)).length > 0);
      assertEquals(await remove(id), true);
      assertEquals(await stored(id), []);
    });

    it("lists a run still whose checkpoints cannot be deleted, so that it can be tried again", async () => {
      const { id } = await create();
      await run(await claim(), training());
      const away: CheckpointStore = {
        ...checkpoints,
        removeAll: () => Promise.reject(new CheckpointError("unavailable", "It is away.")),
      };
      await assertRejects(() => remove(id, { checkpoints: away }), CheckpointError);
      assertEquals((await get(id)).snapshot.state, "COMPLETED");
      assertEquals(await remove(id), true);
    });
  });

  async function namesIn(path: string): Promise<string[]> {
    return (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name).toSorted();
  }
});
