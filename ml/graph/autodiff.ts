/**
 * Reverse-mode differentiation of the graph: once, for every engine. It walks back from the loss to
 * the parameters and adds up the gradients that each operation defines.
 */
import { addN } from "./ops/arithmetic.ts";
import { constant } from "./ops/sources.ts";
import { OPS } from "./ops.ts";
import { topologicalOrder } from "./rewrite.ts";
import { type Op, type OpKind, showShape, type Tensor, type TensorOf } from "./tensor.ts";

/**
 * Builds the gradients of a scalar.
 *
 * @param loss float32 []
 * @param parameters the tensors to differentiate with respect to
 * @returns one tensor for each parameter, of its shape
 * @throws {RangeError} if the loss is no scalar, does not depend on a parameter, or an operation on the way has
 *   no gradient
 */
export function gradients(loss: Tensor, parameters: readonly Tensor[]): readonly Tensor[] {
  if (loss.shape.length > 0) {
    throw new RangeError(
      `Cannot differentiate: the loss must be a scalar, got ${showShape(loss.shape)}.`,
    );
  }
  const order = topologicalOrder([loss]);
  const active = new Set<Tensor>(parameters);
  for (const node of order) {
    if (node.inputs.some((input) => active.has(input))) active.add(node);
  }
  const received = new Map<Tensor, Tensor[]>([[loss, [constant(1)]]]);
  for (const node of order.toReversed()) {
    const terms = received.get(node);
    if (!terms || !active.has(node) || node.inputs.length === 0) continue;
    const upstream = addN(terms);
    received.set(node, [upstream]);
    for (const [position, gradient] of inputGradients(node, upstream).entries()) {
      const input = node.inputs[position];
      if (!input || !gradient || !active.has(input)) continue;
      received.set(input, [...received.get(input) ?? [], gradient]);
    }
  }
  return parameters.map((parameter) => {
    const terms = received.get(parameter);
    if (!terms) {
      throw new RangeError(`Cannot differentiate: the loss does not depend on ${parameter.kind}.`);
    }
    return addN(terms);
  });
}

function inputGradients(node: Tensor, upstream: Tensor): readonly (Tensor | undefined)[] {
  // Kind and node belong together; the compiler cannot follow that through the table.
  const op = OPS[node.kind] as Op<OpKind>;
  if (!op.gradient) throw new RangeError(`Cannot differentiate ${node.kind}: it has no gradient.`);
  return op.gradient(node as TensorOf<OpKind>, upstream);
}
