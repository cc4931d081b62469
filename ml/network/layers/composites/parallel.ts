/** Parallel branches: several ways from one input, merged. */
import { add, multiply } from "../../../graph/ops/arithmetic.ts";
import { concat } from "../../../graph/ops/data.ts";
import type { Tensor } from "../../../graph/tensor.ts";
import { branches, name } from "../../../options/option.ts";
import { defineLayer } from "../../layer.ts";
import { mergedActivations } from "../../merge.ts";

export const parallelLayer = defineLayer({
  kind: "parallel",
  torchName: "Parallel",
  description: "Several branches from one input, merged.",
  options: {
    branches: branches({ description: "branches, each a sequence of layers" }),
    merge: name({
      enumName: "Merge",
      names: ["ADD", "CONCAT", "MULTIPLY"],
      description: "operation on the outputs of the branches. CONCAT joins their channels",
    }),
  },
  infer({ branches, merge }, input, context) {
    const outputs = branches.map(({ name, layers }, position) =>
      context.layers(layers, input, {
        option: ["branches", position, "layers"],
        name: ["branches", name ?? String(position)],
      })
    );
    return { output: mergedActivations("the branches of parallel", merge, outputs, "merge") };
  },
  build({ branches, merge }, x, context) {
    const outputs = branches.map(({ layers }) => context.layers(layers, x));
    return MERGES[merge](outputs);
  },
});

const MERGES = {
  ADD: (outputs: readonly Tensor[]) => outputs.reduce(add),
  MULTIPLY: (outputs: readonly Tensor[]) => outputs.reduce(multiply),
  CONCAT: (outputs: readonly Tensor[]) => concat(outputs, (outputs[0]?.shape.length ?? 1) - 1),
} as const;
