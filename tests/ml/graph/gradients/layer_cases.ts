/** Operations of all layers beyond those of the recipes, with their options. */
import { concat, pad, slice } from "../../../../ml/graph/ops/data.ts";
import { elu, leakyRelu, relu6, sigmoid, tanh } from "../../../../ml/graph/ops/activations.ts";

import { erf, log, rsqrt } from "../../../../ml/graph/ops/functions.ts";
import { averagePool2d, conv2d, maxPool2d } from "../../../../ml/graph/ops/image.ts";
import { batchNorm } from "../../../../ml/graph/ops/normalization.ts";

import type { Shape } from "../../../../ml/graph/tensor.ts";
import type { Convolution } from "../../../../ml/graph/windows.ts";
import { binary, type Case, labels, unary } from "./case.ts";

const convolution = (filter: Shape, options: Partial<Convolution>): Case =>
  binary("conv2d", [[2, 7, 6, 4], filter], (x, kernel) => conv2d(x, kernel, options), undefined);

/** Activation functions, windows with all options, batch norm and moved numbers. */
export const LAYER_CASES: readonly Case[] = [
  unary("rsqrt", [5], rsqrt, (tf, x) => tf.rsqrt(x), "positive"),
  unary("log", [5], log, (tf, x) => tf.log(x), "positive"),
  unary("erf", [5], erf, (tf, x) => tf.erf(x)),
  unary("relu6", [160], relu6, (tf, x) => tf.relu6(x), "apart"),
  unary("leakyRelu", [20], (x) => leakyRelu(x, 0.3), (tf, x) => tf.leakyRelu(x, 0.3), "apart"),
  unary("elu", [20], elu, (tf, x) => tf.elu(x), "apart"),
  unary("sigmoid", [20], sigmoid, (tf, x) => tf.sigmoid(x)),
  unary("tanh", [20], tanh, (tf, x) => tf.tanh(x)),
  unary(
    "slice",
    [3, 4, 2],
    (x) => slice(x, [1, 0, 1], [2, 3, 1]),
    (tf, x) => tf.slice(x, [1, 0, 1], [2, 3, 1]),
  ),
  unary("pad", [2, 3], (x) => pad(x, [0, 1], [2, 0]), (tf, x) => tf.pad(x, [[0, 2], [1, 0]])),
  binary(
    "concat",
    [[2, 3, 1], [2, 1, 1]],
    (a, b) => concat([a, b], 1),
    (tf, a, b) => tf.concat([a, b], 1),
  ),
  convolution([3, 2, 4, 5], { strides: [2, 3] }),
  convolution([3, 3, 4, 2], { padding: [1, 0, 2, 1] }),
  convolution([3, 2, 4, 3], { dilations: [2, 3], padding: [0, 1, 0, 2] }),
  convolution([3, 3, 2, 6], { groups: 2, strides: [2, 2], padding: [1, 1, 1, 1] }),
  convolution([3, 2, 2, 4], { groups: 2, dilations: [2, 2] }),
  convolution([3, 3, 1, 4], { groups: 4, padding: [1, 1, 1, 1] }),
  convolution([3, 3, 1, 8], { groups: 4, strides: [2, 2], padding: [1, 0, 1, 0] }),
  convolution([2, 3, 1, 8], { groups: 4, dilations: [2, 2], padding: [1, 1, 1, 1] }),
  convolution([2, 2, 1, 4], { groups: 4, strides: [2, 2], dilations: [3, 2] }),
  convolution([3, 3, 1, 4], { groups: 4, strides: [1, 2], padding: [1, 1, 1, 1] }),
  unary(
    "maxPool2d",
    [2, 7, 6, 3],
    (x) => maxPool2d(x, [3, 2], { strides: [2, 1], padding: [1, 2, 0, 1] }),
    undefined,
    "apart",
  ),
  unary(
    "averagePool2d",
    [2, 6, 4, 3],
    (x) => averagePool2d(x, 2),
    (tf, x) => tf.avgPool(x.as4D(2, 6, 4, 3), 2, 2, "valid"),
  ),
  unary(
    "averagePool2d",
    [2, 7, 6, 3],
    (x) => averagePool2d(x, [3, 2], { strides: [2, 1], padding: [1, 2, 0, 1] }),
    undefined,
  ),
  {
    ...{ kind: "batchNorm", shapes: [[3, 2, 3, 2], [2], [2]], numbers: undefined },
    build: (x = labels, scale = labels, offset = labels) =>
      batchNorm(x, scale, offset, 1e-5).output,
    eager: (tf, x, scale, offset) => {
      const images = (x ?? tf.scalar(NaN)).as4D(3, 2, 3, 2);
      const { mean, variance } = tf.moments(images, [0, 1, 2]);
      const normal = tf.div(tf.sub(images, mean), tf.sqrt(tf.add(variance, 1e-5)));
      return tf.add(tf.mul(normal, scale ?? NaN), offset ?? NaN);
    },
  },
];
