/**
 * Pools in ONNX. Their padding is written out on each side, as runtimes differ in ceil_mode: onnxruntime infers another
 * shape than it computes.
 */
import type { Padding, Pair } from "../../../ml/graph/windows.ts";
import { type PoolOptions, poolWindows, windowCounts } from "../../../ml/network/windows.ts";
import type { SampleShape } from "../../../ml/network/layer.ts";
import type { OnnxTable } from "../context.ts";
import type { Attributes } from "../model_proto.ts";

export const POOLING: OnnxTable<"maxPool2d" | "avgPool2d" | "globalAvgPool" | "globalMaxPool"> = {
  maxPool2d: (layer, x, place, { add }) =>
    add(place, "MaxPool", [x], attributesOf(layer, place.inputShape)),
  avgPool2d(layer, x, place, { add, graph }) {
    const { countIncludePad } = layer;
    const means = add(place, "AveragePool", [x], {
      ...attributesOf(layer, place.inputShape),
      count_include_pad: { int: countIncludePad ? 1 : 0 },
    });
    if (!countIncludePad) return means;
    // Elements beyond the padding, under ceilMode, are not counted.
    const image = imageOf(place.inputShape);
    const windows = poolWindows(layer, image);
    const elements = windows.size[0] * windows.size[1];
    const shares = windowCounts(layer, windows, image, true).map((count) => elements / count);
    if (shares.every((share) => share === 1)) return means;
    const factors = graph.array(
      `${place.path}.shares`,
      [1, 1, ...windows.output],
      Float32Array.from(shares),
    );
    return add(place, "Mul", [means, factors]);
  },
  globalAvgPool: (_layer, x, place, { add }) => add(place, "GlobalAveragePool", [x]),
  globalMaxPool: (_layer, x, place, { add }) => add(place, "GlobalMaxPool", [x]),
};

function attributesOf(layer: PoolOptions, input: SampleShape): Attributes {
  const { size, strides, padding } = poolWindows(layer, imageOf(input));
  return {
    kernel_shape: { ints: size },
    strides: { ints: strides },
    pads: padsOf(padding),
  };
}

/** Orders a padding as ONNX does: all begins, then all ends. */
export function padsOf([top, bottom, left, right]: Padding): { readonly ints: readonly number[] } {
  return { ints: [top, left, bottom, right] };
}

function imageOf([height = 1, width = 1]: SampleShape): Pair {
  return [height, width];
}
