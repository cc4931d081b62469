/**
 * A training with everything that has a state of its own, killed with SIGKILL: it ends with the bits of one that was
 * not.
 */
import { assert, assertEquals, fail } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { downloadDataset } from "../../../data/storage/download.ts";
import { readCheckpoint } from "../../../ml/checkpoint/checkpoint.ts";
import { resolveSpec } from "../../../ml/spec/resolve.ts";
import { checkpointsFolder } from "../../../runs/paths.ts";
import { openStore } from "../../../runs/store/open.ts";
import type { RunStore } from "../../../runs/store/store.ts";
import { workerPermissions } from "../../../runs/trainer/permissions.ts";
import { childrenOf, send, untilGone } from "../../../tools/processes.ts";
import { readAll } from "../../support/fake_run.ts";
import { present } from "../../support/present.ts";
import { startProgram } from "../../support/program.ts";
import { CLEARED } from "../../support/stack.ts";
import { temporaryFolder } from "../../support/temporary_folder.ts";
import { untilFinished, untilStep } from "../../support/until.ts";

const WORKER = fileURLToPath(new URL("../../../cli/worker.ts", import.meta.url));

const SPEC = resolveSpec({
  network: {
    layers: [
      // Steps of a millisecond or two: the processes are killed in the middle of epochs.
      { conv2d: { outChannels: 24, kernelSize: 3, bias: false } },
      { batchNorm2d: {} },
      { relu: {} },
      { flatten: {} },
      { dropout: { p: 0.2 } },
      { linear: {} },
    ],
  },
  optimizer: { adam: {} },
  schedule: { plateau: { patience: 0, factor: 0.5, threshold: 0.2 } },
  warmup: { epochs: 1.5 },
  validationShare: 0.1,
  earlyStopping: { patience: 2, minDelta: 0.05 },
  learningRate: 0.02,
  epochs: 12,
  batchSize: 32,
  seed: 5,
  device: "CPU",
  trainSamples: 4000,
  testSamples: 500,
}, { trainSize: 60_000, testSize: 10_000 });

/** Reads what a run has computed: losses and epochs without times, and the weights of its last checkpoint. */
async function resultOf(store: RunStore, home: string, id: string) {
  const run = present(await store.get(id));
  assertEquals(run.snapshot.error, null);
  const log = await readAll(store, id);
  const last = run.snapshot.lastCheckpoint ?? fail("There must be a checkpoint.");
  const path = join(checkpointsFolder(home), id, last.file);
  const { state, last: lastWeights, step } = await readCheckpoint(path, { sha256: last.sha256 });
  return {
    state: run.snapshot.state,
    stoppedEarly: run.snapshot.stoppedEarly,
    step,
    losses: log.flatMap((event) => event.type === "batches" ? event.losses : []),
    epochs: log.filter((event) => event.type === "epoch").map(
      ({ seq: _seq, at: _at, seconds: _seconds, runId: _runId, ...epoch }) => epoch,
    ),
    weights: state,
    lastWeights,
  };
}

describe("a training that is killed", () => {
  it("ends with the same bits, after its trainer and its worker died in the middle of epochs", async () => {
    using folder = temporaryFolder();
    const home = folder.path;
    await downloadDataset("mnist", join(home, "data"), () => {});
    const store = await openStore({ home });
    const create = async (name: string) => (await store.create({ name, spec: SPEC })).run.id;
    const start = () =>
      startProgram({
        args: ["--no-prompt", ...workerPermissions({ home }), WORKER],
        env: { ...CLEARED, EPOCHQL_HOME: home, OTEL_DENO: "false" },
      });
    let worker = start();
    try {
      const whole = await create("whole");
      await untilFinished(store, whole);
      const expected = await resultOf(store, home, whole);
      assert(expected.stoppedEarly, `it stopped after ${expected.epochs.length} epochs`);

      const killed = await create("killed");
      await untilStep(store, killed, 130);
      const [trainer = 0] = childrenOf(worker.pid);
      send(trainer, "SIGKILL");
      await untilGone(trainer);
      await untilStep(store, killed, 260);
      send(worker.pid, "SIGKILL");
      await untilGone(worker.pid);
      worker = start();
      await untilFinished(store, killed);
      const attempts = present(await store.get(killed)).snapshot.attempts;
      assert(attempts >= 3, `${attempts} attempts`);
      assertEquals(await resultOf(store, home, killed), expected);
    } finally {
      await store.close();
      await worker.stop();
    }
  });
});
