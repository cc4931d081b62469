/** Losses against PyTorch's modules. The numbers come from tools/golden_training.py. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { gradients } from "../../../ml/graph/autodiff.ts";
import { divide, sumAll } from "../../../ml/graph/ops/arithmetic.ts";
import { logSoftmax } from "../../../ml/graph/ops/classification.ts";
import { constant, placeholder } from "../../../ml/graph/ops/sources.ts";
import { fuseLogSoftmax } from "../../../ml/graph/passes/fuse_log_softmax.ts";
import { rewrite } from "../../../ml/graph/rewrite.ts";
import { resolveClassWeights, sumOfWeights, weightsOf } from "../../../ml/losses/class_weights.ts";
import { type Loss, lossDefinition, LOSSES } from "../../../ml/losses/losses.ts";
import golden from "../golden/losses.json" with { type: "json" };
import { compute, distance } from "../support/tensorflow.ts";

const [SAMPLES, CLASSES] = [golden.labels.length, golden.logits[0]?.length ?? 0];
const FED = {
  logits: Float32Array.from(golden.logits.flat()),
  labels: Int32Array.from(golden.labels),
};

/** Computes the mean loss and its gradient by the logits. */
function computeLoss(loss: Loss, pass: typeof fuseLogSoftmax) {
  const logits = placeholder("logits", { shape: [SAMPLES, CLASSES], dtype: "float32" });
  const labels = placeholder("labels", { shape: [SAMPLES], dtype: "int32" });
  const output = loss.kind === "nll" ? logSoftmax(logits) : logits;
  const { losses, weights } = lossDefinition(loss).build(loss, output, labels);
  const mean = divide(sumAll(losses), weights ? sumAll(weights) : constant(SAMPLES));
  const [value = mean] = rewrite([mean], pass);
  return compute([value, ...gradients(value, [logits])], FED);
}

describe(`the mean loss and its gradient are PyTorch ${golden.torch}'s`, () => {
  for (const { loss, value, gradient } of golden.cases) {
    for (const [name, pass] of [["", () => undefined], [", fused", fuseLogSoftmax]] as const) {
      it(`with ${JSON.stringify(loss).replaceAll('"', "")}${name}`, async () => {
        const [mean, byLogits] = await computeLoss(loss as Loss, pass);
        assert(distance(mean ?? [], [value]) <= 1e-6, `loss ${mean} must be ${value}`);
        assert(distance(byLogits ?? [], gradient.flat()) <= 1e-6, `gradient ${byLogits}`);
      });
    }
  }

  it("for every kind of loss", () => {
    const kinds = new Set(golden.cases.map(({ loss }) => loss.kind));
    assertEquals([...kinds].toSorted(), Object.keys(LOSSES).toSorted());
  });
});

describe("class weights", () => {
  const balanced: Loss = { kind: "nll", classWeights: { kind: "balanced" } };

  it("are samples / (classes * samples of the class) where they are balanced", () => {
    const resolved = resolveClassWeights(balanced, [0, 0, 0, 1, 2, 2], 4);
    assertEquals(weightsOf(resolved), [6 / 12, 6 / 4, 6 / 8, 6 / 4]);
    assertEquals(sumOfWeights(resolved, [0, 1, 1]), 0.5 + 1.5 + 1.5);
  });

  it("give each class the same influence where they are balanced", () => {
    const labels = [0, 0, 0, 1, 2, 2, 2, 2];
    const weights = weightsOf(resolveClassWeights(balanced, labels, 3)) ?? [];
    const influence = (label: number) =>
      labels.filter((other) => other === label).length * (weights[label] ?? NaN);
    for (const label of [0, 1, 2]) assert(Math.abs(influence(label) - 8 / 3) < 1e-12);
  });

  it("must be resolved before they are used", () => {
    assertThrows(() => weightsOf(balanced), RangeError, "Cannot use balanced class weights");
  });

  it("are 1 where there are none", () => {
    assertEquals(sumOfWeights({ classWeights: null }, [4, 4, 1]), 3);
  });
});
