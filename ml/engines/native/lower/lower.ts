/** Lowers graphs to calls of kernels: one function per operation, in tables by family. */
import type { OpKind } from "../../../graph/tensor.ts";
import type { Calls } from "../calls.ts";
import { CLASSIFICATION } from "./classification.ts";
import {
  createContext,
  type Graph,
  type Lower,
  type LowerTable,
  type Surroundings,
} from "./context.ts";
import { DATA } from "./data.ts";
import { ELEMENTWISE } from "./elementwise.ts";
import { IMAGES } from "./images.ts";
import { NORMALIZATION } from "./normalization.ts";
import { REDUCE } from "./reduce.ts";
import { lowerUpdate } from "./updates.ts";

const OPS = {
  ...DATA,
  ...ELEMENTWISE,
  ...REDUCE,
  ...IMAGES,
  ...NORMALIZATION,
  ...CLASSIFICATION,
} satisfies LowerTable<OpKind>;

/**
 * Lowers a graph.
 *
 * @throws {RangeError} if it reads a variable or a table that is not there
 */
export function lowerGraph(graph: Graph, surroundings: Surroundings): Calls {
  const { outputs, updates } = graph;
  const context = createContext(surroundings, graph, (tensor, context) => {
    // The kind and the function belong together; the compiler cannot follow that through the table.
    const lower = OPS[tensor.kind] as Lower<OpKind>;
    return lower(tensor as Parameters<Lower<OpKind>>[0], context);
  });
  const read = outputs.map((output) => context.node(output));
  const changes = updates.map((update) => lowerUpdate(update, context));
  // Results are copied out: an output may be a variable, a constant, or the same as another one.
  const copies = read.map((value) =>
    context.call(
      "copy",
      [{ value: context.create("result", value.shape, value.dtype), view: "rows" }],
      [{ value, view: "rows" }],
      { units: 1, isBatch: false },
    )
  );
  for (const change of changes) change();
  const { calls, fed } = context;
  const { rows, parts } = surroundings;
  return { calls, fed, read: copies, rows, parts };
}
