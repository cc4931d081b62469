/** Starting runs through the API, on a real store. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { openSqliteStore } from "../../runs/store/sqlite/store.ts";
import { type SeenError, useApi } from "../support/api.ts";

const DEFAULTS = {
  ...{ name: "BASIC_CNN, seed 7", state: "QUEUED", recipe: "BASIC_CNN", dataset: "mnist", seed: 7 },
  ...{ batchSize: 32, learningRate: 0.01, trainSamples: 60_000, testSamples: 10_000 },
  requestedDevice: "AUTO",
};
const START = `mutation ($input: StartTrainingInput) { startTraining(input: $input) { run {
  id ${Object.keys(DEFAULTS).join(" ")} progress { epochs steps }
} } }`;

describe("Mutation.startTraining", () => {
  const api = useApi();

  it("starts the default recipe without arguments", async () => {
    const { startTraining: { run } } = await api.ask(
      `mutation { startTraining { run {
        ${Object.keys(DEFAULTS).join(" ")}
        device engine startedAt endedAt error lastSeq attempts bestTestAcc
        progress { epoch epochs step steps samplesPerSecond etaSeconds }
        model { totalParameters }
      } } }`,
    );
    assertEquals(run, {
      ...DEFAULTS,
      ...{ device: null, engine: null, startedAt: null, endedAt: null, error: null },
      ...{ lastSeq: 1, attempts: 0, bestTestAcc: null },
      progress: {
        ...{ epoch: 0, epochs: 5, step: 0, steps: 9375 },
        ...{ samplesPerSecond: null, etaSeconds: null },
      },
      model: { totalParameters: 121_930 },
    });
  });

  it("has stored the run when it answers", async () => {
    const id = await api.start();
    const second = await openSqliteStore(api.file);
    try {
      assertEquals(await api.with({ store: second }).readRun(id, "id"), { id });
    } finally {
      await second.close();
    }
  });

  it("uses every field of its input", async () => {
    const given = {
      ...{ recipe: "DROPOUT_CNN", seed: 0, batchSize: 100, learningRate: 0.5 },
      ...{ trainSamples: 1000, testSamples: 200 },
    };
    const input = { ...given, name: "  a long run  ", epochs: 3, device: "CPU" };
    const { startTraining: { run: { id: _, ...run } } } = await api.ask(START, { input });
    assertEquals(run, {
      ...given,
      ...{ name: "a long run", state: "QUEUED", dataset: "mnist", requestedDevice: "CPU" },
      progress: { epochs: 3, steps: 30 },
    });
  });

  it("uses the default for a field that is null", async () => {
    const input = { recipe: null, epochs: null, seed: null, device: null, name: null };
    const { startTraining } = await api.ask(START, { input });
    const { id: _, progress: _progress, ...run } = startTraining.run;
    assertEquals(run, DEFAULTS);
  });

  it("trains on the server's device if AUTO is requested", async () => {
    const { startTraining: { run } } = await api.with({ device: "CPU" }).ask(START);
    assertEquals(run.requestedDevice, "CPU");
  });

  it("returns the same run for a repeated idempotencyKey, whatever seed would be drawn", async () => {
    const input = { idempotencyKey: "again", epochs: 2, name: "once" };
    const first = await api.ask(START, { input });
    assertEquals(await api.with({ newSeed: () => 8 }).ask(START, { input }), first);
  });

  it("refuses an idempotencyKey that started a run with another input", async () => {
    await api.ask(START, { input: { idempotencyKey: "mine", epochs: 2, name: "first" } });
    const conflict: SeenError = {
      message: "Cannot train: the idempotencyKey 'mine' was already used with different input, " +
        "which started 'first'. Use a new key.",
      extensions: { code: "CONFLICT" },
    };
    for (const other of [{ epochs: 3 }, { epochs: 2, seed: 99 }, { epochs: 2, name: "second" }]) {
      const input = { idempotencyKey: "mine", ...other };
      assertEquals(await api.refuse(START, { input }), conflict);
    }
  });
});
