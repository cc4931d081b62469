/** Updates of variables in TensorFlow: assignments, and the kernels for what fuse_updates.ts recognises. */
import type { Tensor } from "../../../graph/tensor.ts";
import type { Update } from "../../../graph/update.ts";
import { FLOAT, type LoweringContext } from "./context.ts";

type LowerUpdate<Kind extends Update["kind"]> = (
  update: Extract<Update, { kind: Kind }>,
  context: LoweringContext,
) => string;

const UPDATES: { readonly [Kind in Update["kind"]]: LowerUpdate<Kind> } = {
  assign({ variable, value }, { writer, handle, node, readOf }) {
    const next = node(value);
    // All reads of the step must see the value before the step.
    const read = readOf(variable);
    const control = read === undefined ? [] : [`^${read}`];
    return writer.add("AssignVariableOp", [handle(variable), next, ...control], {
      dtype: { type: value.dtype },
    });
  },
  gradientDescent({ variable, gradient, learningRate }, { writer, handle, node }) {
    const [weight, change] = [handle(variable), node(gradient)];
    return writer.add("ResourceApplyGradientDescent", [weight, node(learningRate), change], {
      ...FLOAT,
      use_locking: { bool: false },
    });
  },
  momentum(update, { writer, handle, node }) {
    const [weight, gradient] = [handle(update.variable), node(update.gradient)];
    return writer.add("ResourceApplyMomentum", [
      weight,
      handle(update.velocity),
      node(update.learningRate),
      gradient,
      node(update.momentum),
    ], { ...FLOAT, use_locking: { bool: false }, use_nesterov: { bool: update.nesterov } });
  },
  adam(update, context) {
    const { writer, handle, node, float32 } = context;
    const [weight, gradient] = [handle(update.variable), node(update.gradient)];
    const decayed = update.kept ? [`^${decay(update.variable, update.kept, context)}`] : [];
    // The powers of the betas are 0: the step size is corrected already.
    return writer.add("ResourceApplyAdam", [
      weight,
      handle(update.first),
      handle(update.second),
      float32(0),
      float32(0),
      node(update.stepSize),
      node(update.beta1),
      node(update.beta2),
      node(update.epsilon),
      gradient,
      ...decayed,
    ], { ...FLOAT, use_locking: { bool: false }, use_nesterov: { bool: false } });
  },
};

/** Lowers an update; returns the node of its effect. */
export function lowerUpdate(update: Update, context: LoweringContext): string {
  // The kind and the function belong together; the compiler cannot follow that through the table.
  const lower = UPDATES[update.kind] as LowerUpdate<Update["kind"]>;
  return lower(update, context);
}

/** Multiplies a variable; returns the node of the effect. */
function decay(variable: string, factor: Tensor, context: LoweringContext): string {
  const { writer, handle, node, read } = context;
  const value = writer.add("Mul", [node(factor), read(variable, "float32")], FLOAT);
  return writer.add("AssignVariableOp", [handle(variable), value], { dtype: { type: "float32" } });
}
