/** Operations that the recipes use. */
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
} from "../../../../ml/graph/ops/arithmetic.ts";
import {
  logSoftmax,
  negativeLogLikelihood,
  softmax,
  softmaxCrossEntropy,
} from "../../../../ml/graph/ops/classification.ts";
import { reshape } from "../../../../ml/graph/ops/data.ts";
import { biasAdd, matMul, relu } from "../../../../ml/graph/ops/dense.ts";
import { conv2d, maxPool2d } from "../../../../ml/graph/ops/image.ts";
import { binary, type Case, labels, oneHot, unary } from "./case.ts";

/** Arithmetic, dense layers, convolutions and losses. */
export const BASIC_CASES: readonly Case[] = [
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
    (x, filter) => conv2d(x, filter),
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
