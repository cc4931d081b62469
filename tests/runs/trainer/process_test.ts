/**
 * Trainer processes: what they print gets through, and what happens when either side ends.
 */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { readCheckpoint } from "../../../ml/checkpoint/checkpoint.ts";
import type { TrainingSpec } from "../../../ml/spec/spec.ts";
import {
  type Trainer,
  TrainerCrashedError,
  type TrainerEvent,
  TrainingError,
  type TrainOptions,
} from "../../../runs/trainer/trainer.ts";
import type { SetUp } from "../../../runs/trainer/set_up_tensorflow.ts";
import { createTrainerProcess } from "../../../runs/trainer/process.ts";
import { aSpec, aTraining } from "../../support/fake_run.ts";
import { fakeTrainerProgram, runScript } from "../../support/scripts.ts";
import { isAlive, untilGone } from "../../../tools/processes.ts";
import { assertFails } from "../../support/errors.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";
import { logLine } from "../../support/written_run.ts";

const folder = folderPerTest();

const trainerThat = (...behaviour: string[]) =>
  createTrainerProcess({ dataFolder: "data", program: fakeTrainerProgram(...behaviour) });
const never = new AbortController().signal;

/** Trains to the end. */
const eventsOf = (
  trainer: Trainer,
  options: Partial<TrainOptions> = {},
  spec: TrainingSpec = aSpec(),
) => Array.fromAsync(trainer.train(spec, { signal: never, ...options }));

/** Returns the error with which a training ends. */
const endOf = (behaviour: string) => assertRejects(() => eventsOf(trainerThat(behaviour)));

describe("a trainer process", () => {
  it("passes on every event of the training, in order, bit by bit", async () => {
    const spec = aSpec({ seed: 3, epochs: 20 });
    assertEquals(await eventsOf(trainerThat(), {}, spec), [...aTraining(spec)]);
  });

  it("may print lines that are no events", async () => {
    assertEquals(await eventsOf(trainerThat("noise=1")), [...aTraining(aSpec())]);
  });

  it("lists devices", async () => {
    assertEquals(await trainerThat("noise=1").devices({ signal: never }), [
      { kind: "CPU", name: "made up", available: true },
    ]);
  });

  it("that reports a reason rejects with a TrainingError of that reason", async () => {
    const error = await endOf("error=5");
    assert(error instanceof TrainingError);
    assertEquals(error.message, "Cannot train on CUDA: there is none.");
  });

  it("that is killed has crashed, and the error names the signal", async () => {
    const error = await endOf("kill=5");
    assert(error instanceof TrainerCrashedError);
    assertMatch(error.message, /ended by SIGKILL/);
  });

  it("that exits early has crashed, with its exit code and the last lines of its output", async () => {
    const error = await endOf("exit=5");
    assert(error instanceof TrainerCrashedError);
    assertMatch(error.message, /exit code 3[^]*line 81\n[^]*line 100$/);
    assert(!error.message.includes("line 80"));
  });

  it("gives the events before its crash", async () => {
    const events: TrainerEvent[] = [];
    await assertRejects(async () => {
      for await (const event of trainerThat("kill=5").train(aSpec(), { signal: never })) {
        events.push(event);
      }
    });
    assertEquals(events, [...aTraining(aSpec())].slice(0, 4));
  });

  it("is gone when the signal aborts, even if it hangs", async () => {
    const pidFile = folder.join("pid");
    const stop = new AbortController();
    const trainer = trainerThat("hang=5", `pid=${pidFile}`);
    let steps = 0;
    for await (const event of trainer.train(aSpec(), { signal: stop.signal })) {
      if (event.type === "batches" && (steps += event.losses.length) === 4) stop.abort();
    }
    assert(!isAlive(Number(await Deno.readTextFile(pidFile))));
  });

  it("is gone when nobody listens any more", async () => {
    const pidFile = folder.join("pid");
    const trainer = trainerThat("hang=5", `pid=${pidFile}`);
    for await (const _event of trainer.train(aSpec(), { signal: never })) break;
    assert(!isAlive(Number(await Deno.readTextFile(pidFile))));
  });

  it("saves what it has trained when it is asked to stop, and can go on from there", async () => {
    const pause = new AbortController();
    const events: TrainerEvent[] = [];
    const options = { signal: never, checkpointFolder: folder.path };
    // An epoch long enough to be stopped in.
    const spec = aSpec({ epochs: 1, trainSamples: 6400 });
    const trainer = trainerThat("pace=20");
    for await (const event of trainer.train(spec, { ...options, pause: pause.signal })) {
      events.push(event);
      if (event.type === "batches" && event.firstStep === 5) pause.abort();
    }
    const saved = events.at(-1);
    if (saved?.type !== "checkpoint") throw new Error("It must end with a checkpoint.");
    assertEquals(saved.reason, "stop");
    assertEquals(saved.path.startsWith(folder.path), true);
    const written = await readCheckpoint(saved.path, { sha256: saved.sha256 });
    assertEquals([written.step, saved.bytes], [saved.step, (await Deno.stat(saved.path)).size]);
    const faster = trainerThat("pace=0");
    const rest = await Array.fromAsync(faster.train(spec, { ...options, from: saved.path }));
    const [first] = rest.filter((event) => event.type === "batches");
    assertEquals(first?.firstStep, saved.step + 1);
  });

  it("that is asked to stop before it has begun stops then", async () => {
    const events = await eventsOf(trainerThat("wait=1"), { pause: AbortSignal.abort() });
    assertEquals(events.map(({ type }) => type), ["started"]);
  });

  it("that hangs is killed, and has crashed", async () => {
    const pidFile = folder.join("pid");
    const trainer = createTrainerProcess({
      dataFolder: "data",
      program: fakeTrainerProgram("hang=5", `pid=${pidFile}`),
      hangTimeouts: { start: 60, least: 1, times: 1 },
    });
    const error = await assertRejects(() => eventsOf(trainer), TrainerCrashedError);
    assertMatch(
      error.message,
      /^The trainer hung: it gave no sign of life for \d+ s, and was killed/,
    );
    assert(!isAlive(Number(await Deno.readTextFile(pidFile))));
  });

  it("that is silent while nobody listens does not hang", async () => {
    const trainer = createTrainerProcess({
      dataFolder: "data",
      program: fakeTrainerProgram(),
      hangTimeouts: { start: 60, least: 1, times: 1 },
    });
    const events: TrainerEvent[] = [];
    for await (const event of trainer.train(aSpec(), { signal: never })) {
      events.push(event);
      if (events.length === 3) await new Promise((resolve) => setTimeout(resolve, 2_500));
    }
    assertEquals(events, [...aTraining(aSpec())]);
  });

  it("receives no secrets, and no order to export traces, for which Deno needs no permission", async () => {
    const environment = folder.join("environment");
    const hidden = ["AWS_SECRET_ACCESS_KEY", "OTEL_DENO", "OTEL_EXPORTER_OTLP_HEADERS"];
    for (const name of hidden) Deno.env.set(name, "secret");
    try {
      await eventsOf(trainerThat(`environment=${environment}`));
    } finally {
      for (const name of hidden) Deno.env.delete(name);
    }
    const names: string[] = JSON.parse(await Deno.readTextFile(environment));
    assert(names.includes("PATH"));
    assertEquals(names.filter((name) => hidden.includes(name)), []);
  });

  it("does not start for a signal that has aborted", async () => {
    const pidFile = folder.join("pid");
    const trainer = trainerThat(`pid=${pidFile}`);
    assertEquals(await eventsOf(trainer, { signal: AbortSignal.abort() }), []);
    await assertRejects(() => Deno.stat(pidFile));
  });

  it("ends when its worker is killed", async () => {
    const pidFile = folder.join("pid");
    const worker = runScript("tests/runs/trainer/hanging_host.ts", [pidFile], { stdout: "piped" });
    const { value } = await worker.stdout.getReader().read(); // The trainer trains.
    assert(value);
    const pid = Number(await Deno.readTextFile(pidFile));
    assert(isAlive(pid));
    worker.kill("SIGKILL");
    await worker.status;
    await untilGone(pid);
  });
});

describe("a trainer process whose engine is not set up", () => {
  const trainer = (setUp: SetUp, ...behaviour: string[]) =>
    createTrainerProcess({
      ...{ dataFolder: "data", setUp },
      program: fakeTrainerProgram("lacks=1", ...behaviour),
    });

  it("is started again once that is set up, and the log contains what was done meanwhile", async () => {
    const fetching = trainer(async function* () {
      yield "Fetching it";
      yield "Checking it";
    });
    const lines = [logLine("Fetching it"), logLine("Checking it")];
    assertEquals(await eventsOf(fetching), [...lines, ...aTraining(aSpec())]);
  });

  it("trains without it if it can, and the log contains the reason", async () => {
    const reason = logLine("There is no network.", "warning");
    assertEquals(await eventsOf(trainer(failing)), [reason, ...aTraining(aSpec())]);
  });

  it("cannot train, for the reason that it was not set up, where nothing else will do", async () => {
    const reason = /^NoDeviceError: Cannot train with TensorFlow: There is no network\./;
    await assertFails(eventsOf(trainer(failing, "cannot=1")), reason);
  });

  it("is not started again once the training was stopped", async () => {
    const stop = new AbortController();
    const fetching = trainer(async function* () {
      yield "Fetching it";
      stop.abort();
    });
    assertEquals(await eventsOf(fetching, { pause: stop.signal }), [logLine("Fetching it")]);
  });

  it("gets the engine that the run was trained with", async () => {
    const events = eventsOf(trainerThat("cannot=1"), { lastEngine: "Engine 7" });
    await assertFails(events, /Not Engine 7\./);
  });
});

// deno-lint-ignore require-yield
async function* failing(): AsyncGenerator<string> {
  await Promise.resolve();
  throw new Error("There is no network.");
}
