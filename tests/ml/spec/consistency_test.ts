/** Optimizer, schedule and loss of a request, checked against each other. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { parseRequest, resolveSpec } from "../../../ml/spec/resolve.ts";
import type { TrainingRequest } from "../../../ml/spec/spec.ts";
import { storedSpecProblem } from "../../../ml/spec/stored_spec.ts";

const SIZE = { trainSize: 60_000, testSize: 10_000 };
const ONE_CYCLE = { oneCycle: { maxLearningRate: 0.1 } };

function problemsOf(request: TrainingRequest) {
  const parsed = parseRequest(request, SIZE);
  return parsed.ok ? [] : parsed.problems.map(({ path, message }) => [path.join("."), message]);
}

const REFUSED: readonly (readonly [TrainingRequest, string, string])[] = [
  [
    { optimizer: { sgd: { nesterov: true } } },
    "optimizer.sgd.nesterov",
    "Cannot train with nesterov true: nesterov must be false without momentum.",
  ],
  [
    { optimizer: { sgd: { nesterov: true, momentum: 0.9, dampening: 0.1 } } },
    "optimizer.sgd.dampening",
    "Cannot train with dampening 0.1: dampening must be 0 with nesterov.",
  ],
  [
    { optimizer: { adagrad: {} }, schedule: ONE_CYCLE },
    "schedule.oneCycle.cycleMomentum",
    "Cannot train with cycleMomentum true: cycleMomentum must be false for adagrad, which has no momentum.",
  ],
  [
    { schedule: { plateau: { metric: "VALIDATION_ACC" } } },
    "schedule.plateau.metric",
    "Cannot train with metric 'VALIDATION_ACC': without validationShare metric must be one of TRAIN_LOSS, TRAIN_ACC, TEST_LOSS, TEST_ACC.",
  ],
  [
    { loss: { crossEntropy: { classWeights: { values: [1, 2, 3] } } } },
    "loss.crossEntropy.classWeights.values",
    "Cannot train with classWeights [1,2,3]: values must be one weight for each of the 10 classes, got 3.",
  ],
];

describe("parts of a training that do not fit together", () => {
  for (const [request, path, message] of REFUSED) {
    it(`are refused: ${message}`, () => {
      assertEquals(problemsOf(request), [[path, message]]);
    });
  }

  it("are reported all at once", () => {
    assertEquals(
      problemsOf({
        optimizer: { sgd: { nesterov: true } },
        schedule: { plateau: { metric: "VALIDATION_LOSS" } },
        epochs: 0,
      }).length,
      3,
    );
  });

  it("are accepted once they fit", () => {
    assertEquals(problemsOf({ optimizer: { sgd: { nesterov: true } }, schedule: ONE_CYCLE }), []);
    assertEquals(
      problemsOf({
        optimizer: { adagrad: {} },
        schedule: { oneCycle: { maxLearningRate: 0.1, cycleMomentum: false } },
        validationShare: 0.1,
        loss: { crossEntropy: { classWeights: { values: Array(10).fill(2) } } },
      }),
      [],
    );
  });
});

describe("a schedule of the momentum", () => {
  for (
    const [optimizer, option] of [["sgd", "momentum"], ["rmsProp", "momentum"], ["adam", "beta1"]]
  ) {
    it(`gives ${optimizer} the momentum of the first step, as PyTorch's OneCycleLR does`, () => {
      const request = { optimizer: { [optimizer ?? ""]: {} }, schedule: ONE_CYCLE };
      const spec = resolveSpec(request, SIZE, () => 1);
      assertEquals(new Map(Object.entries(spec.optimizer)).get(option ?? ""), 0.95);
      assertEquals(storedSpecProblem(spec), undefined);
    });
  }

  it("leaves the momentum alone where it is not cycled", () => {
    const spec = resolveSpec({
      optimizer: { sgd: { momentum: 0.5 } },
      schedule: { oneCycle: { maxLearningRate: 0.1, cycleMomentum: false } },
    }, SIZE);
    assertEquals(spec.optimizer, {
      kind: "sgd",
      momentum: 0.5,
      dampening: 0,
      weightDecay: 0,
      nesterov: false,
    });
  });
});
