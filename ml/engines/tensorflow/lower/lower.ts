/** Lowers graphs to TensorFlow: one function per operation, in tables by family. */
import type { OpKind, Tensor } from "../../../graph/tensor.ts";
import type { Update } from "../../../graph/update.ts";
import { ARITHMETIC } from "./arithmetic.ts";
import { CLASSIFICATION } from "./classification.ts";
import { CONVOLUTIONS } from "./convolution.ts";
import { createContext, type Lower, type LowerTable, type Surroundings } from "./context.ts";
import { DATA } from "./data.ts";
import { ACTIVATIONS, DENSE } from "./dense.ts";
import { NORMALIZATION } from "./normalization.ts";
import { POOLING } from "./pooling.ts";
import { SOURCES } from "./sources.ts";
import { lowerUpdate } from "./updates.ts";

/** Lowers tensors to nodes, each tensor once. */
export interface Lowering {
  /** Returns the node (or 'node:1') that computes a tensor. */
  node(tensor: Tensor): string;
  /** Returns the node that applies an update. Updates are lowered after all tensors of the step. */
  update(update: Update): string;
}

const OPS = {
  ...SOURCES,
  ...DATA,
  ...ARITHMETIC,
  ...DENSE,
  ...ACTIVATIONS,
  ...CONVOLUTIONS,
  ...POOLING,
  ...NORMALIZATION,
  ...CLASSIFICATION,
} satisfies LowerTable<OpKind>;

/** Starts a lowering. */
export function createLowering(surroundings: Surroundings): Lowering {
  const context = createContext(surroundings, (tensor, context) => {
    // The kind and the function belong together; the compiler cannot follow that through the table.
    const lower = OPS[tensor.kind] as Lower<OpKind>;
    return lower(tensor as Parameters<Lower<OpKind>>[0], context);
  });
  return {
    node: context.node,
    update: (update) => lowerUpdate(update, context),
  };
}
