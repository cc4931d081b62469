/** Convolutions and matrix products of sizes that engines do in vectors and tiles, with rests of all kinds. */
import { matMul, relu } from "../../../../ml/graph/ops/dense.ts";
import { conv2d, maxPool2d } from "../../../../ml/graph/ops/image.ts";
import { add } from "../../../../ml/graph/ops/arithmetic.ts";
import { constant } from "../../../../ml/graph/ops/sources.ts";
import { batchNorm } from "../../../../ml/graph/ops/normalization.ts";
import type { Shape, Tensor } from "../../../../ml/graph/tensor.ts";
import type { Convolution, Pooling } from "../../../../ml/graph/windows.ts";
import { binary, type Case, labels } from "./case.ts";

const convolution = (image: Shape, filter: Shape, options: Partial<Convolution> = {}): Case =>
  binary("conv2d", [image, filter], (x, kernel) => conv2d(x, kernel, options), undefined);

/** With a pool behind it, which passes little back. */
const pooled = (
  image: Shape,
  filter: Shape,
  options: Partial<Convolution> = {},
  pooling: Partial<Pooling> = {},
): Case =>
  binary(
    "conv2d",
    [image, filter],
    (x, kernel) => maxPool2d(conv2d(x, kernel, options), pooling.size ?? 2, pooling),
    undefined,
  );

const product = (a: Shape, b: Shape, ofA: boolean, ofB: boolean): Case =>
  binary("matMul", [a, b], (x, y) => matMul(x, y, ofA, ofB), undefined);

/** Of a left side that is a background for the most part, such as the dark of an image. */
const mostlyBackground = (a: Shape, b: Shape, ofB: boolean, background: number): Case => {
  const [threshold, ground] = [constant(-0.6), constant(background)];
  const left = (x: Tensor) => add(relu(add(x, threshold)), ground);
  return binary("matMul", [a, b], (x, y) => matMul(left(x), y, false, ofB), undefined);
};

/** Of single pixels behind a ReLU, which makes as many of them 0 as an offset for each sample says. */
const behindRelu = (image: Shape, channelsOut: number, offsets: readonly number[]): Case => {
  const [samples = 1, , , channels = 1] = image;
  const added = constant(offsets, [samples, 1, 1, 1]);
  return binary(
    "conv2d",
    [image, [1, 1, channels, channelsOut]],
    (x, kernel) => conv2d(relu(add(x, added)), kernel),
    undefined,
  );
};

/** A ReLU behind a batch norm of 21 channels, to which a fourth input may be added first. */
const normalized = (
  shapes: readonly Shape[],
  build: (norm: Tensor, added: Tensor | undefined) => Tensor,
): Case => ({
  kind: "relu",
  shapes: [[3, 4, 5, 21], [21], [21], ...shapes],
  numbers: undefined,
  build: (...[x = labels, scale = labels, offset = labels, added]) =>
    relu(build(batchNorm(x, scale, offset, 1e-5).output, added)),
});

/** A batch norm behind a convolution, which may then be done in other tiles. */
const normalizedConvolution = (
  image: Shape,
  filter: Shape,
  padding: Convolution["padding"],
): Case => ({
  kind: "conv2d",
  shapes: [image, filter, filter.slice(3), filter.slice(3)],
  numbers: undefined,
  build: (...[x = labels, kernel = labels, scale = labels, offset = labels]) =>
    batchNorm(conv2d(x, kernel, { padding }), scale, offset, 1e-5).output,
});

/** Too large for finite differences: they are held to another engine. */
export const TILE_CASES: readonly Case[] = [
  convolution([3, 9, 8, 3], [3, 3, 3, 37]),
  convolution([3, 9, 8, 20], [3, 3, 20, 16], { padding: [1, 1, 1, 1] }),
  convolution([3, 9, 7, 18], [1, 1, 18, 34]),
  convolution([3, 9, 8, 17], [3, 2, 17, 33], { strides: [2, 2], padding: [1, 1, 1, 0] }),
  convolution([3, 9, 8, 16], [1, 1, 16, 20], { strides: [2, 2] }),
  convolution([3, 9, 8, 16], [2, 2, 16, 16], { strides: [3, 3] }),
  convolution([3, 9, 8, 16], [3, 3, 16, 16], { dilations: [2, 2], padding: [2, 1, 2, 3] }),
  convolution([3, 5, 4, 16], [2, 2, 16, 16], { padding: [3, 3, 3, 3] }),
  convolution([3, 9, 8, 40], [3, 3, 20, 36], { groups: 2, padding: [1, 1, 1, 1] }),
  convolution([3, 9, 8, 40], [3, 3, 20, 36], { groups: 2, strides: [2, 1] }),
  convolution([3, 9, 8, 21], [3, 3, 1, 21], { groups: 21, padding: [1, 1, 1, 1] }),
  convolution([3, 9, 8, 36], [3, 3, 1, 36], { groups: 36, strides: [2, 2], padding: [1, 1, 1, 1] }),
  convolution([3, 9, 20, 36], [3, 3, 1, 36], { groups: 36, padding: [1, 1, 1, 1] }),
  convolution([3, 12, 19, 16], [3, 3, 1, 16], {
    groups: 16,
    strides: [2, 2],
    padding: [1, 0, 1, 0],
  }),
  convolution([3, 7, 10, 21], [3, 3, 1, 21], {
    groups: 21,
    strides: [2, 2],
    padding: [0, 2, 2, 0],
  }),
  convolution([3, 1, 2, 16], [3, 3, 1, 16], { groups: 16, strides: [2, 2], padding: [1, 1, 1, 1] }),
  convolution([3, 5, 3, 16], [3, 3, 1, 16], { groups: 16, padding: [2, 2, 2, 2] }),
  convolution([3, 30, 30, 16], [3, 3, 16, 16]),
  convolution([3, 7, 5, 32], [1, 1, 32, 112]),
  convolution([3, 6, 5, 112], [2, 2, 112, 16], { padding: [1, 0, 0, 1] }),
  convolution([3, 7, 5, 3], [3, 3, 3, 117]),
  convolution([3, 7, 7, 112], [3, 3, 112, 112], { padding: [1, 1, 1, 1] }),
  convolution([3, 9, 8, 16], [3, 3, 16, 48], { padding: [1, 1, 1, 1] }),
  convolution([3, 7, 7, 32], [3, 3, 32, 16], { padding: [2, 0, 1, 2] }),
  convolution([3, 2, 1, 16], [3, 3, 16, 16], { padding: [1, 1, 1, 1] }),
  convolution([3, 5, 4, 16], [3, 3, 16, 16], { padding: [3, 3, 3, 3] }),
  convolution([3, 9, 8, 16], [5, 5, 16, 48], { padding: [1, 2, 0, 3] }),
  convolution([3, 12, 12, 32], [5, 5, 32, 64]),
  convolution([3, 4, 3, 112], [5, 5, 112, 16], { padding: [4, 4, 4, 4] }),
  behindRelu([3, 9, 8, 80], 192, [0, 0, 0]),
  behindRelu([3, 13, 21, 16], 64, [0, -0.5, -0.9]),
  behindRelu([3, 14, 14, 144], 128, [-1, 0, -2]),
  behindRelu([3, 14, 14, 32], 64, [0, 2, 0]),
  behindRelu([3, 14, 14, 48], 128, [0, 2, 0]),
  behindRelu([3, 14, 11, 80], 256, [0, -0.6, 2]),
  normalizedConvolution([3, 10, 9, 16], [3, 3, 16, 32], [1, 1, 1, 1]),
  normalizedConvolution([3, 14, 14, 48], [3, 3, 48, 16], [1, 1, 1, 1]),
  normalizedConvolution([3, 9, 11, 16], [3, 3, 16, 16], [2, 0, 1, 2]),
  normalizedConvolution([3, 5, 30, 16], [3, 3, 16, 112], [0, 0, 0, 0]),
  normalized([], (norm) => norm),
  normalized([[3, 4, 5, 21]], (norm, added = norm) => add(norm, added)),
  normalized([[3, 4, 5, 21]], (norm, added = norm) => add(added, norm)),
  normalized([], (norm) => add(norm, norm)),
  convolution([3, 9, 8, 5], [3, 3, 5, 1]),
  convolution([3, 9, 8, 1], [5, 5, 1, 2], { padding: [2, 2, 2, 2] }),
  pooled([3, 12, 11, 1], [5, 5, 1, 6]),
  pooled([3, 11, 12, 6], [5, 5, 6, 10]),
  pooled([3, 8, 9, 16], [3, 3, 16, 21]),
  pooled([3, 9, 8, 16], [5, 3, 16, 8], { padding: [2, 1, 1, 2] }),
  pooled([3, 9, 8, 32], [3, 5, 32, 24], { strides: [2, 1], padding: [1, 1, 2, 2] }),
  pooled([3, 9, 8, 4], [4, 4, 4, 40], { padding: [3, 0, 1, 1] }),
  pooled([3, 9, 11, 32], [3, 3, 32, 40], { padding: [1, 1, 1, 1] }),
  pooled([3, 11, 10, 32], [5, 5, 32, 16]),
  pooled([3, 34, 30, 32], [3, 3, 32, 20]),
  pooled([3, 9, 8, 3], [3, 3, 3, 32], { strides: [1, 2] }),
  pooled([3, 13, 12, 1], [5, 5, 1, 48], { padding: [2, 2, 1, 0] }),
  pooled([3, 12, 11, 1], [3, 3, 1, 32]),
  pooled([3, 16, 9, 1], [4, 4, 1, 16], { strides: [2, 1] }, { strides: [3, 2] }),
  pooled([3, 10, 9, 4], [5, 5, 4, 16], {}, { size: [3, 2], padding: [1, 0, 0, 1] }),
  pooled([3, 12, 9, 16], [3, 3, 16, 33], {}, {
    size: [3, 3],
    padding: [1, 1, 1, 1],
    strides: [4, 4],
  }),
  ...[[false, false], [true, false], [false, true], [true, true]].flatMap((
    [ofA = false, ofB = false],
  ) =>
    [
      [3, 300, 457],
      [50, 290, 500],
      [3, 70, 48],
      [13, 70, 64],
      [3, 129, 37],
      [50, 400, 16],
      [3, 300, 512],
      [50, 400, 10],
      [
        70,
        3,
        7,
      ],
      [3, 21, 2],
    ].map((
      [m = 0, k = 0, n = 0],
    ) => product(ofA ? [k, m] : [m, k], ofB ? [n, k] : [k, n], ofA, ofB))
  ),
  ...[0, -0.25].flatMap((background) => [
    mostlyBackground([5, 300], [300, 512], false, background),
    mostlyBackground([5, 290], [512, 290], true, background),
    mostlyBackground([5, 300], [300, 457], false, background),
    mostlyBackground([50, 290], [500, 290], true, background),
    mostlyBackground([3, 2100], [2100, 80], false, background),
    mostlyBackground([130, 51], [51, 128], false, background),
    mostlyBackground([300, 260], [260, 512], false, background),
    mostlyBackground([3, 5000], [5000, 192], false, background),
  ]),
];
