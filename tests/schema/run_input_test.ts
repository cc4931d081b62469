/** Run.input: sent again, it trains the same. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { SPEC_VERSION } from "../../ml/spec/spec.ts";
import { runKey } from "../../schema/base/global_id.ts";
import { useApi } from "../support/api.ts";

const START = `mutation ($input: StartTrainingInput) {
  startTraining(input: $input) { run { id recipe input } }
}`;

const INPUTS: readonly (readonly [name: string, input: object])[] = [
  ["a recipe", { recipe: "DROPOUT_CNN", epochs: 2 }],
  ["a recipe with a loss of its own", { loss: { crossEntropy: { labelSmoothing: 0.1 } } }],
  ["a network of a recipe", { network: { recipe: "BASIC_CNN" } }],
  ["a network and every part", {
    network: {
      layers: [
        { conv2d: { name: "stem", outChannels: 4, kernelSize: 3, stride: [2, 1] } },
        { batchNorm2d: {} },
        { residual: { body: [{ conv2d: { outChannels: 4, kernelSize: 1 } }, { relu: {} }] } },
        { maxPool2d: { kernelSize: [2, 3] } },
        { flatten: {} },
        { linear: {} },
      ],
    },
    optimizer: { sgd: { momentum: 0.9, nesterov: true } },
    schedule: { plateau: { metric: "VALIDATION_ACC" } },
    warmup: { epochs: 1 },
    loss: { crossEntropy: { classWeights: { balanced: true } } },
    normalization: { mean: [0.25], std: [0.5] },
    gradientClipNorm: 1,
    validationShare: 0.25,
    earlyStopping: { patience: 3 },
    augmentation: [{ randomCrop: { padding: 2 } }, { affine: { scale: [0.9, 1.1] } }],
    learningRate: 0.05,
    trainSamples: 640,
  }],
];

describe("the input of a run", () => {
  const api = useApi();

  for (const [name, given] of INPUTS) {
    it(`trains ${name} again`, async () => {
      const { startTraining: { run } } = await api.ask(START, { input: given });
      const { startTraining: { run: again } } = await api.ask(START, { input: run.input });
      const [one, other] = await Promise.all(
        [run, again].map(async ({ id }) => (await api.store.get(runKey(id) ?? ""))?.spec),
      );
      assertEquals(one?.version, SPEC_VERSION);
      assertEquals(one, other);
      assertEquals(again, { ...run, id: again.id });
    });
  }
});
