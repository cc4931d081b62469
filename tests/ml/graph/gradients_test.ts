/** Every differentiable operation's gradient, against finite differences and against tfjs's own. */
import { assert, assertEquals } from "@std/assert";
import { assertThrowsMatch } from "../../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import { gradients } from "../../../ml/graph/autodiff.ts";
import { OPS } from "../../../ml/graph/ops.ts";
import { add, exp, multiply, sumAll } from "../../../ml/graph/ops/arithmetic.ts";
import { placeholder } from "../../../ml/graph/ops/sources.ts";
import { calculating, compute, distance, tensorFlow } from "../support/tensorflow.ts";
import type { Eager } from "./gradients/case.ts";
import { type Feeds, prepare, risesOf } from "./gradients/prepare.ts";
import { BASIC_CASES } from "./gradients/cases.ts";
import { LAYER_CASES } from "./gradients/layer_cases.ts";

const CASES = [...BASIC_CASES, ...LAYER_CASES];

describe("gradients()", () => {
  it("is tried on every operation that has a gradient", () => {
    const differentiable = Object.values(OPS)
      .filter((op) => op.gradient && op.kind !== "dropoutMask")
      .map((op) => op.kind);
    assertEquals(differentiable.toSorted(), [...new Set(CASES.map(({ kind }) => kind))].toSorted());
  });

  for (const each of CASES) {
    const title = `${each.kind} of ${each.shapes.map((shape) => `[${shape}]`).join(" and ")}`;

    it(`agrees with finite differences for ${title}`, async () => {
      const { fed, result, ours } = prepare(each);
      await calculating([result, ...ours], async (calculate) => {
        const [, ...analytic] = calculate(fed);
        for (const position of each.shapes.keys()) {
          const name = `x${position}`;
          const numeric = await risesOf(fed, name, calculate);
          const off = distance(analytic[position] ?? [], numeric);
          assert(off < 2e-3, `input ${position} is off by ${off}`);
        }
      });
    });

    const { eager } = each;
    if (!eager) continue;
    it(`agrees with tfjs for ${title}`, async () => {
      const { fed, result, ours } = prepare(each);
      const tf = await tensorFlow();
      const mine = await calculating([result, ...ours], (calculate) => calculate(fed));
      const theirs = tf.tidy(() => {
        const inputs = each.shapes.map((shape, position) =>
          tf.tensor((fed as Feeds)[`x${position}`] ?? [], [...shape])
        );
        const { value, grads } = tf.valueAndGrads((...x: Eager[]) => eager(tf, ...x))(
          inputs,
          tf.tensor(fed.weights, [...result.shape]),
        );
        return [value, ...grads].map((tensor) => Float32Array.from(tensor.dataSync()));
      });
      for (const [position, expected] of theirs.entries()) {
        const off = distance(mine[position] ?? [], expected);
        assert(off < 1e-4, `${position === 0 ? "the value" : `input ${position - 1}`}: ${off}`);
      }
    });
  }

  it("adds up what arrives over several paths", async () => {
    const x = placeholder("x", { shape: [3], dtype: "float32" });
    const [slope = x] = gradients(sumAll(add(multiply(x, x), exp(x))), [x]);
    const [values = []] = await compute([slope], { x: Float32Array.of(0, 1, 2) });
    assert(distance(values, [1, 2 + Math.E, 4 + Math.exp(2)]) < 1e-6);
  });

  it("refuses a loss that is no scalar, and a parameter that the loss does not read", () => {
    const x = placeholder("x", { shape: [3], dtype: "float32" });
    assertThrowsMatch(() => gradients(x, [x]), /loss must be a scalar, got \[3\]/);
    const other = placeholder("other", { shape: [], dtype: "float32" });
    assertThrowsMatch(() => gradients(sumAll(x), [other]), /does not depend on placeholder/);
  });
});
