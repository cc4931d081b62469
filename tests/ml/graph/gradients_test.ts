/** Every differentiable operation's gradient, against finite differences and against tfjs's own. */
import { assert, assertEquals } from "@std/assert";
import { assertThrowsMatch } from "../../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import { randomStream } from "../../../data/random.ts";
import { gradients } from "../../../ml/graph/autodiff.ts";
import { OPS } from "../../../ml/graph/ops.ts";
import { add, exp, multiply, sumAll } from "../../../ml/graph/ops/arithmetic.ts";
import { placeholder } from "../../../ml/graph/ops/sources.ts";
import { elementCount } from "../../../ml/graph/tensor.ts";
import { calculating, compute, distance, tensorFlow } from "../support/tensorflow.ts";
import { type Case, type Eager, LABELS } from "./gradients/case.ts";
import { BASIC_CASES } from "./gradients/cases.ts";
import { LAYER_CASES } from "./gradients/layer_cases.ts";

const CASES = [...BASIC_CASES, ...LAYER_CASES];

function numbersOf(kind: Case["numbers"], count: number, salt: number): Float32Array {
  const stream = randomStream(1, "init", salt);
  if (kind !== "apart") {
    const [low, high] = kind === "positive" ? [0.5, 2] : [-1, 1];
    return Float32Array.from({ length: count }, () => stream.uniform(low, high));
  }
  // A shuffled ladder: ... -0.15, -0.05, 0.05, 0.15 ...
  const ladder = Array.from({ length: count }, (_, rung) => (rung - count / 2 + 0.5) * 0.1);
  return Float32Array.from(ladder, (_, position) => {
    const other = stream.int(position, count - 1);
    const [mine = 0, theirs = 0] = [ladder[position], ladder[other]];
    ladder[other] = mine;
    return theirs;
  });
}

/** A case with numbers in: what it is fed, its result, and our gradients of sum(result * weights). */
function prepare({ shapes, numbers, build }: Case) {
  const inputs = shapes.map((shape, position) =>
    placeholder(`x${position}`, { shape, dtype: "float32" })
  );
  const result = build(...inputs);
  const weights = placeholder("weights", { shape: result.shape, dtype: "float32" });
  const fed = {
    ...Object.fromEntries(
      shapes.map((
        shape,
        position,
      ) => [`x${position}`, numbersOf(numbers, elementCount(shape), position)]),
    ),
    weights: numbersOf(undefined, elementCount(result.shape), 99),
    labels: LABELS,
  };
  return { fed, result, ours: gradients(sumAll(multiply(result, weights)), inputs) };
}

/** Feeds only what is asked for. */
type Feeds = Record<string, Float32Array | Int32Array>;

const STEP = 1e-2;

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
      await calculating([result, ...ours], (calculate) => {
        const [, ...analytic] = calculate(fed);
        for (const position of each.shapes.keys()) {
          const name = `x${position}`;
          const x = (fed as Feeds)[name] ?? new Float32Array();
          const numeric = Array.from(x, (value, element) => {
            const at = (moved: number) => {
              const changed = Float32Array.from(x);
              changed[element] = moved;
              const [y] = calculate({ ...fed, [name]: changed });
              return { x: changed[element] ?? 0, y: y ?? new Float32Array() };
            };
            const [above, below] = [at(value + STEP), at(value - STEP)];
            const rise = above.y.reduce(
              (sum, y, place) => sum + (y - (below.y[place] ?? 0)) * (fed.weights[place] ?? 0),
              0,
            );
            return rise / (above.x - below.x);
          });
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
