/** The updates of a training step: the optimizer's rule applied to every weight. */
import { variable } from "../graph/ops/sources.ts";
import { fuseUpdates } from "../graph/passes/fuse_updates.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { Assignment, Update } from "../graph/update.ts";
import type { UpdateInputs } from "./optimizer.ts";
import { type Optimizer, optimizerDefinition, optimizerStateNames } from "./optimizers.ts";

/** A weight's variable with the gradient of the loss. */
export interface WeightGradient {
  readonly name: string;
  readonly weight: Tensor;
  readonly gradient: Tensor;
}

/** Builds the updates of one step, fused where engines have kernels for them. */
export function buildUpdates(
  optimizer: Optimizer,
  weights: readonly WeightGradient[],
  inputs: UpdateInputs,
): readonly Update[] {
  return buildAssignments(optimizer, weights, inputs).flatMap(fuseUpdates);
}

/** Builds the assignments of one step: those of each weight, its own first. */
export function buildAssignments(
  optimizer: Optimizer,
  weights: readonly WeightGradient[],
  inputs: UpdateInputs,
): readonly (readonly Assignment[])[] {
  const rule = optimizerDefinition(optimizer).rule(optimizer, inputs);
  return weights.map(({ name, weight, gradient }) => {
    const { shape, dtype } = weight;
    const names = optimizerStateNames(optimizer, name);
    const next = rule(weight, gradient, names.map((state) => variable(state, { shape, dtype })));
    return [
      { kind: "assign", variable: name, value: next.weight },
      ...next.state.map((value, position): Assignment => ({
        kind: "assign",
        variable: names[position] ?? "",
        value,
      })),
    ];
  });
}
