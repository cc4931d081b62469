/** Training specs: the recipes' defaults, and clear refusals. */
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { RECIPES } from "../../../ml/spec/recipes.ts";
import { describeField, REQUEST_FIELDS } from "../../../ml/spec/fields.ts";
import { completeSpec, parseRequest, resolveSpec } from "../../../ml/spec/resolve.ts";
import { InvalidSpecError, stepsPerEpoch, type TrainingRequest } from "../../../ml/spec/spec.ts";

const SIZE = { trainSize: 60_000, testSize: 10_000 };

describe("resolveSpec()", () => {
  it("fills in the recipe's defaults", () => {
    assertEquals(resolveSpec({}, SIZE, () => 7), {
      version: 6,
      recipe: "BASIC_CNN",
      network: RECIPES.BASIC_CNN.network,
      loss: { kind: "crossEntropy", labelSmoothing: 0, classWeights: null },
      optimizer: { kind: "sgd", momentum: 0, dampening: 0, weightDecay: 0, nesterov: false },
      schedule: null,
      warmup: null,
      gradientClipNorm: null,
      validationShare: 0,
      earlyStopping: null,
      augmentation: [],
      startFrom: null,
      dataset: "mnist",
      device: "AUTO",
      engine: "AUTO",
      epochs: 5,
      batchSize: 32,
      learningRate: 0.01,
      seed: 7,
      trainSamples: 60_000,
      testSamples: 10_000,
    });
    const { epochs, batchSize, learningRate } = resolveSpec({ recipe: "WIDE_KERNEL_CNN" }, SIZE);
    assertEquals([epochs, batchSize, learningRate], [10, 100, 0.001]);
  });

  it("draws a seed that a GraphQL Int can hold", () => {
    const { seed } = resolveSpec({}, SIZE);
    assert(Number.isInteger(seed) && seed >= 0 && seed <= 0x7fff_ffff);
  });

  const refused: readonly (readonly [TrainingRequest, string])[] = [
    [{ epochs: 0 }, "Cannot train with epochs 0: epochs must be between 1 and 10000."],
    [
      { epochs: 1.5 },
      "Cannot train with epochs 1.5: epochs must be a whole number between 1 and 10000.",
    ],
    [{ batchSize: 0 }, "Cannot train with batchSize 0: batchSize must be between 1 and 4096."],
    [
      { batchSize: 70_000 },
      "Cannot train with batchSize 70000: batchSize must be between 1 and 4096.",
    ],
    [
      { learningRate: NaN },
      "Cannot train with learningRate NaN: learningRate must be above 0 and at most 100.",
    ],
    [
      { learningRate: Infinity },
      "Cannot train with learningRate Infinity: learningRate must be above 0 and at most 100.",
    ],
    [
      { learningRate: 1e-46 },
      "Cannot train with learningRate 1e-46: learningRate must be a number that a float32 can hold: 1.2e-38 to " +
      "3.4e38 in size.",
    ],
    [
      { learningRate: 0 },
      "Cannot train with learningRate 0: learningRate must be above 0 and at most 100.",
    ],
    [{ seed: -1 }, "Cannot train with seed -1: seed must be between 0 and 2147483647."],
    [
      { seed: 2 ** 31 },
      "Cannot train with seed 2147483648: seed must be between 0 and 2147483647.",
    ],
    [
      { trainSamples: 60_001 },
      "Cannot train with trainSamples 60001: trainSamples must be between 1 and 60000.",
    ],
    [
      { testSamples: 0 },
      "Cannot train with testSamples 0: testSamples must be between 1 and 10000.",
    ],
    [{ dataset: "cats" }, "Cannot train with dataset 'cats': dataset must be one of mnist."],
  ];
  for (const [request, message] of refused) {
    it(`refuses ${Object.entries(request).flat().join(" ")}`, () => {
      const error = assertThrows(() => resolveSpec(request, SIZE));
      assert(error instanceof InvalidSpecError);
      assertEquals(`${error}`, `InvalidSpecError: ${message}`);
    });
  }
});

describe("parseRequest()", () => {
  it("reports every problem, each with its field", () => {
    const parsed = parseRequest({ epochs: 0, batchSize: 0.5, seed: 1, device: "CPU" }, SIZE);
    assert(!parsed.ok);
    assertEquals(
      parsed.problems,
      [
        {
          path: ["epochs"],
          message: "Cannot train with epochs 0: epochs must be between 1 and 10000.",
        },
        {
          path: ["batchSize"],
          message:
            "Cannot train with batchSize 0.5: batchSize must be a whole number between 1 and 4096.",
        },
      ],
    );
    assertEquals(parsed.network?.name, "BASIC_CNN");
  });

  it("refuses options that would be 0, 1 or infinite in the engines' float32", () => {
    const sgd = (options: Record<string, number>) => ({ optimizer: { sgd: options } });
    const rules = [
      [
        sgd({ weightDecay: 1e-60 }),
        /weightDecay 1e-60: weightDecay must be a number that a float32 can hold/,
      ],
      [sgd({ momentum: 1 - 1e-12 }), /momentum must be from 0 to less than 1, as a float32\.$/],
      [{ gradientClipNorm: 1e300 }, /gradientClipNorm must be a number that a float32 can hold/],
      [{ loss: { crossEntropy: { classWeights: { values: [1e-60] } } } }, /classWeights/],
    ] as const;
    for (const [request, message] of rules) {
      const parsed = parseRequest({ recipe: "BASIC_CNN", ...request }, SIZE);
      assert(!parsed.ok);
      assertMatch(parsed.problems[0]?.message ?? "", message);
    }
    assert(parseRequest(sgd({ weightDecay: 0, momentum: 0.9 }), SIZE).ok);
  });

  it("refuses a last batch of one sample where a batch norm has one value a channel", () => {
    const layers = [{ flatten: {} }, { batchNorm1d: {} }, { linear: {} }];
    const request = { network: { layers }, batchSize: 9, trainSamples: 100 };
    const parsed = parseRequest(request, SIZE);
    assert(!parsed.ok);
    assertEquals(parsed.problems, [{
      path: ["batchSize"],
      message:
        "Cannot train with batchSize 9: the last batch of an epoch must have 2 samples or more " +
        "for a batch norm with one value a channel, got 1.",
    }]);
    assert(parseRequest({ ...request, batchSize: 10 }, SIZE).ok);
    const onImages = { layers: [{ batchNorm2d: {} }, ...layers.filter((_, at) => at !== 1)] };
    assert(parseRequest({ ...request, network: onImages }, SIZE).ok);
  });

  it("leaves the seed open that a request leaves open", () => {
    const parsed = parseRequest({}, SIZE);
    if (!parsed.ok) throw new Error("The request must be accepted.");
    assertEquals(parsed.draft.seed, undefined);
    assertEquals(completeSpec(parsed.draft, () => 7), resolveSpec({ seed: 7 }, SIZE));
    assertEquals(completeSpec({ ...parsed.draft, seed: 5 }, () => 7).seed, 5);
  });
});

describe("describeField()", () => {
  it("states the meaning, the limits and the default of every field", () => {
    assertEquals(describeField("batchSize"), "Samples per step, 1 to 4096. Default: the recipe's.");
    for (const field of REQUEST_FIELDS) {
      assertMatch(describeField(field), /^[A-Z][^.]+\.( .+\.)? Default: [^.]+\.$/);
    }
  });
});

describe("stepsPerEpoch()", () => {
  it("counts the smaller last batch", () => {
    assertEquals(stepsPerEpoch({ trainSamples: 60_000, batchSize: 32 }), 1875);
    assertEquals(stepsPerEpoch({ trainSamples: 60_000, batchSize: 64 }), 938);
    assertEquals(stepsPerEpoch({ trainSamples: 5, batchSize: 32 }), 1);
  });

  it("leaves out the samples that are kept for validation", () => {
    const spec = { trainSamples: 60_000, batchSize: 32 };
    assertEquals(stepsPerEpoch({ ...spec, validationShare: 0.1 }), 1688);
    assertEquals(stepsPerEpoch({ trainSamples: 2, batchSize: 1, validationShare: 0.01 }), 1);
    assertEquals(stepsPerEpoch({ trainSamples: 2, batchSize: 1, validationShare: 0.99 }), 1);
  });
});
