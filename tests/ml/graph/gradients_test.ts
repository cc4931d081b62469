/** Every differentiable operation's gradient, against finite differences and against tfjs's own. */
import { assert, assertEquals } from "@std/assert";
import { assertThrowsMatch } from "../../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import { randomStream } from "../../../data/random.ts";
import { gradients } from "../../../ml/graph/autodiff.ts";
import { OPS } from "../../../ml/graph/ops.ts";
import {
  add,
  addN,
  broadcastTo,
  divide,
  exp,
  expm1,
  multiply,
  sqrt,
  subtract,
  sum,
  sumAll,
} from "../../../ml/graph/ops/arithmetic.ts";
import {
  logSoftmax,
  negativeLogLikelihood,
  softmax,
  softmaxCrossEntropy,
} from "../../../ml/graph/ops/classification.ts";
import { reshape } from "../../../ml/graph/ops/data.ts";
import { biasAdd, matMul, relu } from "../../../ml/graph/ops/dense.ts";
import { conv2d, maxPool2d } from "../../../ml/graph/ops/image.ts";
import { placeholder } from "../../../ml/graph/ops/sources.ts";
import { elementCount, type OpKind, type Shape, type Tensor } from "../../../ml/graph/tensor.ts";
import type { TensorFlow } from "../../../native/tensorflow.ts";
import { calculating, compute, distance, tensorFlow } from "../support/tensorflow.ts";

type Eager = ReturnType<TensorFlow["tensor"]>;

/** One use of an operation, in our graph and in tfjs. */
interface Case {
  readonly kind: OpKind;
  readonly shapes: readonly Shape[];
  readonly build: (...x: readonly Tensor[]) => Tensor;
  readonly eager: (tf: TensorFlow, ...x: readonly Eager[]) => Eager;
  /** Numbers apart from each other and from 0, where the function has corners, or above 0. */
  readonly numbers: "apart" | "positive" | undefined;
}

const LABELS = Int32Array.of(2, 0, 3);
const labels = placeholder("labels", { shape: [3], dtype: "int32" });
const oneHot = (tf: TensorFlow) => tf.oneHot(tf.tensor1d(LABELS, "int32"), 4);

/** Describes an operation on one tensor. */
const unary = (
  kind: OpKind,
  shape: Shape,
  apply: (x: Tensor) => Tensor,
  eager: (tf: TensorFlow, x: Eager) => Eager,
  numbers?: Case["numbers"],
): Case => ({
  ...{ kind, shapes: [shape], numbers },
  build: (x = labels) => apply(x),
  eager: (tf, x) => eager(tf, x ?? tf.scalar(NaN)),
});

/** Describes an operation on two tensors. */
const binary = (
  kind: OpKind,
  shapes: readonly [Shape, Shape],
  apply: (a: Tensor, b: Tensor) => Tensor,
  eager: (tf: TensorFlow, a: Eager, b: Eager) => Eager,
  numbers?: Case["numbers"],
): Case => ({
  ...{ kind, shapes, numbers },
  build: (a = labels, b = labels) => apply(a, b),
  eager: (tf, a, b) => eager(tf, a ?? tf.scalar(NaN), b ?? tf.scalar(NaN)),
});

const CASES: readonly Case[] = [
  binary("add", [[2, 3], [3]], add, (tf, a, b) => tf.add(a, b)),
  binary("subtract", [[2, 1], [2, 3]], subtract, (tf, a, b) => tf.sub(a, b)),
  binary("multiply", [[2, 3], []], multiply, (tf, a, b) => tf.mul(a, b)),
  binary("divide", [[2, 3], [2, 3]], divide, (tf, a, b) => tf.div(a, b), "positive"),
  {
    ...{ kind: "addN", shapes: [[4], [4], [4]], numbers: undefined },
    build: (...x) => addN(x),
    eager: (tf, ...x) => tf.addN([...x]),
  },
  unary("sqrt", [5], sqrt, (tf, x) => tf.sqrt(x), "positive"),
  unary("exp", [5], exp, (tf, x) => tf.exp(x)),
  unary("expm1", [5], expm1, (tf, x) => tf.expm1(x)),
  unary("sum", [2, 3, 4], (x) => sum(x, [0, 2]), (tf, x) => tf.sum(x, [0, 2])),
  unary("sum", [2, 3], (x) => sum(x, [1], true), (tf, x) => tf.sum(x, 1, true)),
  unary(
    "broadcastTo",
    [3, 1],
    (x) => broadcastTo(x, [2, 3, 4]),
    (tf, x) => tf.tile(x.reshape([1, 3, 1]), [2, 1, 4]),
  ),
  unary("reshape", [2, 6], (x) => reshape(x, [3, 4]), (_tf, x) => x.reshape([3, 4])),
  ...[[false, false], [true, false], [false, true], [true, true]].map((
    [ofA = false, ofB = false],
  ) =>
    binary(
      "matMul",
      [ofA ? [4, 2] : [2, 4], ofB ? [3, 4] : [4, 3]],
      (a, b) => matMul(a, b, ofA, ofB),
      (tf, a, b) => tf.matMul(a, b, ofA, ofB),
    )
  ),
  binary("biasAdd", [[2, 3, 3, 4], [4]], biasAdd, (tf, x, b) => tf.add(x, b)),
  unary("relu", [4, 5], relu, (tf, x) => tf.relu(x), "apart"),
  binary(
    "conv2d",
    [[2, 6, 7, 3], [3, 2, 3, 4]],
    conv2d,
    (tf, x, filter) => tf.conv2d(x.as4D(2, 6, 7, 3), filter.as4D(3, 2, 3, 4), 1, "valid"),
  ),
  unary(
    "maxPool2d",
    [2, 5, 4, 3],
    (x) => maxPool2d(x, 2),
    (tf, x) => tf.maxPool(x.as4D(2, 5, 4, 3), 2, 2, "valid"),
    "apart",
  ),
  unary("softmax", [3, 4], softmax, (tf, x) => tf.softmax(x)),
  unary("logSoftmax", [3, 4], logSoftmax, (tf, x) => tf.logSoftmax(x)),
  unary(
    "softmaxCrossEntropy",
    [3, 4],
    (x) => softmaxCrossEntropy(x, labels),
    (tf, x) => tf.neg(tf.sum(tf.mul(tf.logSoftmax(x), oneHot(tf)), 1)),
  ),
  unary(
    "negativeLogLikelihood",
    [3, 4],
    (x) => negativeLogLikelihood(x, labels),
    (tf, x) => tf.neg(tf.sum(tf.mul(x, oneHot(tf)), 1)),
  ),
];

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

    it(`agrees with tfjs for ${title}`, async () => {
      const { fed, result, ours } = prepare(each);
      const tf = await tensorFlow();
      const mine = await calculating([result, ...ours], (calculate) => calculate(fed));
      const theirs = tf.tidy(() => {
        const inputs = each.shapes.map((shape, position) =>
          tf.tensor((fed as Feeds)[`x${position}`] ?? [], [...shape])
        );
        const { value, grads } = tf.valueAndGrads((...x: Eager[]) => each.eager(tf, ...x))(
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
