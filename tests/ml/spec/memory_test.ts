/** The estimate of a training's memory against numbers that are counted by hand. */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { estimateMemory, totalMemory } from "../../../ml/spec/memory.ts";
import { parseRequest, resolveSpec } from "../../../ml/spec/resolve.ts";

const SIZE = { trainSize: 60_000, testSize: 10_000 };
const REQUEST = {
  network: {
    layers: [
      { conv2d: { outChannels: 2, kernelSize: 3 } }, // 26 x 26 x 2 = 1352 values, 20 parameters
      { batchNorm2d: {} }, // 1352 values, 4 parameters, 5 values of buffers
      { flatten: {} }, // 1352 values
      { linear: {} }, // 10 values, 13,530 parameters
    ],
  },
  batchSize: 8,
  trainSamples: 100,
  testSamples: 50,
};
const memoryOf = (request: object) => estimateMemory(resolveSpec({ ...REQUEST, ...request }, SIZE));

describe("estimateMemory()", () => {
  it("counts parameters, gradients, state, activations and both sets", () => {
    const memory = memoryOf({ optimizer: { adam: {} } });
    assertEquals(memory, {
      state: 4 * (20 + 4 + 5 + 13_530),
      gradients: 4 * (20 + 4 + 13_530),
      optimizer: 2 * 4 * (20 + 4 + 13_530),
      activations: 4 * 8 * (784 + 2 * (1352 + 1352 + 1352 + 10)),
      datasets: 150 * (784 + 4),
    });
    assertEquals(totalMemory(memory), 54_236 + 54_216 + 108_432 + 285_312 + 118_200);
  });

  it("counts the state that the optimizer keeps with its settings", () => {
    assertEquals(memoryOf({ optimizer: { sgd: {} } }).optimizer, 0);
    assertEquals(memoryOf({ optimizer: { sgd: { momentum: 0.9 } } }).optimizer, 4 * 13_554);
  });

  it("counts no more samples in a batch than there are", () => {
    const { activations } = memoryOf({ batchSize: 100, trainSamples: 4 });
    assertEquals(activations, memoryOf({ batchSize: 4 }).activations);
  });
});

describe("memoryProblem()", () => {
  const wide = { conv2d: { outChannels: 1024, kernelSize: 3, padding: 1 } };
  const request = {
    network: {
      layers: [{ repeat: { times: 20, layers: [wide] } }, { flatten: {} }, { linear: {} }],
    },
    batchSize: 4096,
  };

  it("refuses what no machine has, with the limit and both ways out", () => {
    const parsed = parseRequest(request, SIZE);
    assert(!parsed.ok);
    assertEquals(parsed.problems, [{
      path: ["batchSize"],
      message:
        "Cannot train with batchSize 4096: the training must take at most 512 GB of memory, " +
        "got about 580.3 GB. Lower batchSize, or make layers smaller.",
    }]);
  });

  it("lets smaller batches of the same network through", () => {
    assertEquals(parseRequest({ ...request, batchSize: 64 }, SIZE).ok, true);
  });
});
