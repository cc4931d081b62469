/** Traversal and rewriting of graphs, for autodiff, the passes and the engines. */
import { OPS } from "./ops.ts";
import { apply, type Op, type OpAttributes, type OpKind, type Tensor } from "./tensor.ts";

/** Lists all tensors that the outputs depend on, themselves included, inputs before their users. */
export function topologicalOrder(outputs: readonly Tensor[]): readonly Tensor[] {
  const order: Tensor[] = [];
  const seen = new Set<Tensor>();
  const visit = (node: Tensor) => {
    if (seen.has(node)) return;
    seen.add(node);
    node.inputs.forEach(visit);
    order.push(node);
  };
  outputs.forEach(visit);
  return order;
}

/** Finds the tensors that read each tensor, outside of which only the outputs are read. */
export function usersOf(outputs: readonly Tensor[]): ReadonlyMap<Tensor, ReadonlySet<Tensor>> {
  const users = new Map<Tensor, Set<Tensor>>();
  for (const node of topologicalOrder(outputs)) {
    for (const input of node.inputs) {
      const own = users.get(input) ?? new Set();
      users.set(input, own.add(node));
    }
  }
  return users;
}

/** A rule: returns the replacement of a node, whose inputs are rewritten already, or undefined to keep it. */
export type RewriteRule = (node: Tensor) => Tensor | undefined;

/** Rebuilds a graph from its sources up, applying a rule to every node until it keeps the node. */
export function rewrite(outputs: readonly Tensor[], rule: RewriteRule): readonly Tensor[] {
  const rewritten = new Map<Tensor, Tensor>();
  const settle = (node: Tensor): Tensor => {
    const next = rule(node);
    if (!next) return node;
    return settle(withInputs(next, next.inputs.map(settle)));
  };
  for (const node of topologicalOrder(outputs)) {
    const inputs = node.inputs.map((input) => rewritten.get(input) ?? input);
    rewritten.set(node, settle(withInputs(node, inputs)));
  }
  return outputs.map((output) => rewritten.get(output) ?? output);
}

/** Returns the same operation on other inputs, its shape inferred anew. Attributes must be those of its kind. */
export function withInputs(
  node: Tensor,
  inputs: readonly Tensor[],
  attributes: OpAttributes[OpKind] = node.attributes,
): Tensor {
  if (inputs.every((input, position) => input === node.inputs[position])) return node;
  // Kind and attributes belong together; the compiler cannot follow that through the table.
  return apply(OPS[node.kind] as Op<OpKind>, inputs, attributes);
}
