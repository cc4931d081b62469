/** Checking a training without starting it: its problems, or what would be trained. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { A_CPU, aWorker } from "../support/a_worker.ts";
import { useApi } from "../support/api.ts";
import { MISSING_RUN } from "../support/written_run.ts";

const CHECK = `query ($input: StartTrainingInput, $maxPoints: Int) { checkTraining(input: $input) {
  ok problems { path message } warnings { path message } steps memoryBytes
  learningRates(maxPoints: $maxPoints) model { totalParameters layers { name kind } }
} }`;
const START =
  `mutation ($input: StartTrainingInput) { startTraining(input: $input) { run { id } } }`;

/** A small residual network. */
const NETWORK = {
  layers: [
    { conv2d: { name: "stem", outChannels: 4, kernelSize: 3 } },
    {
      residual: { body: [{ conv2d: { outChannels: 4, kernelSize: 3, padding: 1 } }, { relu: {} }] },
    },
    { globalAvgPool: {} },
    { flatten: {} },
    { linear: {} },
  ],
};

describe("checkTraining", () => {
  const api = useApi();
  const check = async (input: object, maxPoints?: number) =>
    (await api.ask(CHECK, { input, maxPoints })).checkTraining;

  it("tells what would be trained, and starts nothing", async () => {
    const input = { network: NETWORK, epochs: 3, trainSamples: 1000, learningRate: 0.5 };
    const { model, memoryBytes, ...result } = await check(input, 4);
    const nothing = { problems: [], warnings: [] };
    assertEquals(result, { ok: true, ...nothing, steps: 48, learningRates: [0.5, 0.5, 0.5, 0.5] });
    assertEquals(model.totalParameters, 40 + 148 + 50);
    assertEquals(model.layers[1], { name: "1", kind: "Residual" });
    assert(memoryBytes > 1000 * 784, `The training samples take ${1000 * 784} bytes alone.`);
    assertEquals(await api.ask("{ runs { totalCount } }"), { runs: { totalCount: 0 } });
  });

  it("sums up a ResNet-18", async () => {
    const { ok, model } = await check({ network: { preset: "RESNET18" } });
    // As torchvision's resnet18 with one channel and ten classes.
    assertEquals([ok, model.totalParameters], [true, 11_175_370]);
  });

  it("checks the default training without arguments", async () => {
    const { checkTraining } = await api.ask("{ checkTraining { ok steps learningRates } }");
    const { learningRates, ...others } = checkTraining;
    assertEquals(others, { ok: true, steps: 9375 });
    assertEquals(learningRates, Array(200).fill(0.01));
  });

  it("reports the problems with which startTraining refuses the input, all at once", async () => {
    const body = [{ conv2d: { outChannels: 0, kernelSize: [3, 3, 3] } }];
    const input = {
      epochs: 0,
      name: "",
      network: { layers: [{ residual: { body } }, { flatten: {} }, { linear: {} }] },
      optimizer: { sgd: { momentum: 1 } },
    };
    const { problems, ...others } = await check(input);
    const unknown = { model: null, steps: null, learningRates: null, memoryBytes: null };
    assertEquals(others, { ok: false, warnings: [], ...unknown });
    assertEquals(problems.length, 5);
    assertEquals((await api.refuse(START, { input })).extensions["problems"], problems);
  });

  it("reports a device that no worker has", async () => {
    await api.store.registerWorker(aWorker({ devices: [A_CPU] }));
    const { ok, problems } = await check({ device: "CUDA" });
    assertEquals([ok, problems[0].path], [false, ["input", "device"]]);
  });

  it("finds no network of a run that is not there", async () => {
    const input = { network: { like: MISSING_RUN } };
    assertEquals((await api.refuse(CHECK, { input })).extensions, { code: "NOT_FOUND" });
  });
});

describe("learningRates of checkTraining", () => {
  const api = useApi();
  const input = {
    ...{ epochs: 10, trainSamples: 640, batchSize: 64, learningRate: 1 },
    schedule: { cosine: {} },
    warmup: { epochs: 2, startFactor: 0.25 },
  };
  const ratesOf = async (maxPoints: number): Promise<readonly number[]> =>
    (await api.ask(CHECK, { input, maxPoints })).checkTraining.learningRates;
  /** The rate of a step of 100: half a cosine wave, raised over the first 20 steps. */
  const rate = (step: number) =>
    Math.min(1, 0.25 + 0.75 * step / 20) * (1 + Math.cos(Math.PI * step / 100)) / 2;

  it("are those of every step if there are no more than maxPoints", async () => {
    const rates = await ratesOf(100);
    assertEquals(rates.length, 100);
    for (const [step, each] of rates.entries()) assertClose(each, rate(step));
    assertEquals(await ratesOf(10_000), rates);
  });

  it("are thinned out to maxPoints, with the first and the last step", async () => {
    const rates = await ratesOf(12);
    assertEquals(rates.length, 12);
    for (const [position, each] of rates.entries()) assertClose(each, rate(9 * position));
    const [first = NaN, last = NaN, ...others] = await ratesOf(2);
    assertClose(first, 0.25);
    assertClose(last, rate(99));
    assertEquals(others, []);
  });

  it("are refused for fewer than the first and the last", async () => {
    const { message } = await api.refuse(CHECK, { input, maxPoints: 1 });
    assertMatch(
      message,
      /^Cannot read learning rates: maxPoints must be between 2 and 10000, got 1/,
    );
  });
});

describe("a warning of checkTraining", () => {
  const api = useApi();
  const warningsOf = async (input: object) => {
    const { ok, warnings } = (await api.ask(CHECK, { input })).checkTraining;
    assertEquals(ok, true);
    return warnings.map((each: { path: string[]; message: string }) => [
      each.path.join("."),
      each.message.split(":")[0],
    ]);
  };
  const classes = [{ flatten: {} }, { linear: {} }];
  const softmaxMessage = "The loss crossEntropy should follow logits, not softmax";

  it("is given for softmax before cross entropy", async () => {
    const network = { layers: [...classes, { softmax: {} }] };
    const path = "input.network.layers.2.softmax";
    assertEquals(await warningsOf({ network }), [[path, softmaxMessage]]);
  });

  it("is given for logSoftmax inside of the last layer", async () => {
    const last = { sequence: { layers: [...classes, { logSoftmax: {} }] } };
    assertEquals(await warningsOf({ network: { layers: [last] } }), [[
      "input.network.layers.0.sequence.layers.2.logSoftmax",
      "The loss crossEntropy should follow logits, not logSoftmax",
    ]]);
  });

  it("has the path to the network if its layers are another run's", async () => {
    const network = { layers: [...classes, { softmax: {} }] };
    const like = await api.start({ network });
    assertEquals(await warningsOf({ network: { like } }), [["input.network", softmaxMessage]]);
  });

  it("is not given for logits, nor for logSoftmax before nll", async () => {
    assertEquals(await warningsOf({ network: { layers: classes } }), []);
    const network = { layers: [...classes, { logSoftmax: {} }] };
    assertEquals(await warningsOf({ network, loss: { nll: {} } }), []);
  });
});

function assertClose(actual: number, expected: number) {
  assert(Math.abs(actual - expected) < 1e-12, `${actual} must be ${expected}`);
}

describe("learningRates of a run", () => {
  const api = useApi();
  const query = `mutation ($input: StartTrainingInput) {
    startTraining(input: $input) { run { learningRates(maxPoints: 3) } }
  }`;
  const ratesOf = async (schedule: object): Promise<readonly number[] | null> => {
    const input = { epochs: 4, trainSamples: 64, batchSize: 64, learningRate: 1, schedule };
    return (await api.ask(query, { input })).startTraining.run.learningRates;
  };

  it("are those of the whole training, before it has begun", async () => {
    const rates = await ratesOf({ step: { stepSize: 2 } });
    assertEquals(rates?.map((rate) => Number(rate.toPrecision(3))), [1, 0.1, 0.1]);
  });

  it("are null for a schedule that follows a metric", async () => {
    assertEquals(await ratesOf({ plateau: {} }), null);
  });
});
