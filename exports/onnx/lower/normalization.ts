/**
 * Normalising layers in ONNX. Group norm is an instance norm of each group: opset 17 has none, and what later ones have
 * is computed by a formula that loses the variance of values far from zero
 * (`findings/onnx_group_normalization_divides_by_a_lost_variance.sh`).
 */
import type { SampleShape } from "../../../ml/network/layer.ts";
import type { At, OnnxContext, OnnxTable } from "../context.ts";

export const NORMALIZATION: OnnxTable<"batchNorm2d" | "batchNorm1d" | "layerNorm" | "groupNorm"> = {
  batchNorm2d: batchNorm,
  batchNorm1d: batchNorm,
  layerNorm: ({ eps }, x, place, { add, weight }) =>
    add(place, "LayerNormalization", [x, weight(place, "weight"), weight(place, "bias")], {
      axis: { int: 1 },
      epsilon: { float: eps },
    }),
  groupNorm({ numGroups, eps }, x, place, { add, graph, channelWeight }) {
    const [height = 1, width = 1, channels = 1] = place.inputShape;
    const grouped = add(place, "Reshape", [x, graph.sizes([0, numGroups, -1])]);
    const normal = add(
      place,
      "InstanceNormalization",
      [grouped, filled(1, numGroups, graph), filled(0, numGroups, graph)],
      { epsilon: { float: eps } },
    );
    const image = add(place, "Reshape", [normal, graph.sizes([0, channels, height, width])]);
    const scaled = add(place, "Mul", [image, channelWeight(place, "weight")]);
    return add(place, "Add", [scaled, channelWeight(place, "bias")]);
  },
};

interface BatchNormOptions {
  readonly affine: boolean;
  readonly eps: number;
}

function batchNorm(
  { affine, eps }: BatchNormOptions,
  x: string,
  place: At & { readonly inputShape: SampleShape },
  { add, graph, weight }: OnnxContext,
): string {
  const features = place.inputShape.at(-1) ?? 1;
  const scaleAndOffset = affine
    ? [weight(place, "weight"), weight(place, "bias")]
    : [filled(1, features, graph), filled(0, features, graph)];
  const statistics = [weight(place, "running_mean"), weight(place, "running_var")];
  return add(place, "BatchNormalization", [x, ...scaleAndOffset, ...statistics], {
    epsilon: { float: eps },
  });
}

/** Adds a vector of equal values. */
function filled(value: number, length: number, graph: OnnxContext["graph"]): string {
  return graph.array(`/vector/${value}/${length}`, [length], new Float32Array(length).fill(value));
}
