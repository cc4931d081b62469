/** Parallel branches: several ways from one input, merged. */
import { add, multiply } from "../../graph/ops/arithmetic.ts";
import { sameShape, type Tensor } from "../../graph/tensor.ts";
import { branches, name } from "../../options/option.ts";
import { channelsFirst, defineLayer, LayerError, type SampleShape } from "../layer.ts";

export const parallelLayer = defineLayer({
  kind: "parallel",
  torchName: "Parallel",
  description: "Several branches from one input, merged.",
  options: {
    branches: branches({ description: "branches, each a sequence of layers" }),
    merge: name({
      enumName: "Merge",
      names: ["ADD", "MULTIPLY"],
      description: "operation on the outputs of the branches",
    }),
  },
  infer({ branches, merge }, input, context) {
    const outputs = branches.map(({ name, layers }, position) =>
      context.layers(layers, input, {
        option: ["branches", position, "layers"],
        name: ["branches", name ?? String(position)],
      })
    );
    return { output: { shape: mergedShape(merge, outputs.map(({ shape }) => shape)) } };
  },
  build({ branches, merge }, x, context) {
    const outputs = branches.map(({ layers }) => context.layers(layers, x));
    return outputs.reduce((merged: Tensor, output) => MERGES[merge](merged, output));
  },
});

const MERGES = { ADD: add, MULTIPLY: multiply };

/** Infers the shape of merged outputs: all equal, or, for MULTIPLY, one value a channel beside an image. */
function mergedShape(merge: "ADD" | "MULTIPLY", shapes: readonly SampleShape[]): SampleShape {
  const isGate = (shape: SampleShape, other: SampleShape) =>
    merge === "MULTIPLY" && shape.length === other.length &&
    shape.every((size, axis) => size === other[axis] || size === 1 || other[axis] === 1);
  return shapes.reduce((merged, shape) => {
    if (sameShape(merged, shape)) return merged;
    if (!isGate(shape, merged)) {
      const all = shapes.map((each) => `[${channelsFirst(each).join(", ")}]`).join(" and ");
      throw new LayerError(
        `Cannot merge the branches of parallel by ${merge}: their shapes must be equal, got ${all}.`,
        "merge",
      );
    }
    return merged.map((size, axis) => Math.max(size, shape[axis] ?? 1));
  });
}
