/** The context of a lowering: where nodes are added, and the nodes that several operations have in common. */
import type { OpKind, Tensor, TensorOf } from "../../../graph/tensor.ts";
import type { Attribute, Attributes, GraphWriter } from "../graph_def.ts";

/** The surroundings of a lowered graph: the nodes that it reads. */
export interface Surroundings {
  readonly writer: GraphWriter;
  /** Returns the node of a variable's handle. */
  handle(variable: string): string;
  /** Returns the node that feeds a placeholder. */
  placeholder(name: string): string;
  /** Returns the node with the value of a variable that never changes. By default, each is read by its handle. */
  constantOf?(variable: string): string;
  /**
   * The number of samples that stands for any: sizes that are multiples of it are left open. By default, there is none.
   */
  readonly openBatch?: number;
  /** Control inputs that put nodes without inputs into the loop's frame: '^node'. */
  readonly control: readonly string[];
}

/** Tools of the functions that lower one operation each. */
export interface LoweringContext extends Surroundings {
  /** Returns the node of a tensor, lowering it at first. */
  node(tensor: Tensor): string;
  /** Returns the node of an input. */
  input(tensor: Tensor, position: number): string;
  /** Returns the nodes of all inputs. */
  inputs(tensor: Tensor): readonly string[];
  /** Returns the node that reads a variable, the same for all readers. */
  read(variable: string, dtype: Tensor["dtype"]): string;
  /** Returns the reading node of a variable if there is one. */
  readOf(variable: string): string | undefined;
  /** Returns a node that several tensors are outputs of: made once for the same inputs. */
  shared(op: string, inputs: readonly Tensor[], make: () => string): string;
  /** Adds a shape, or the sizes of a box. A first one that depends on an open batch is -1. */
  sizes(shape: readonly number[]): string;
  /** Adds a constant of int32; a vector unless a shape is given. */
  int32s(values: readonly number[], shape?: readonly number[]): string;
  /** Adds a constant of float32, []. */
  float32(value: number): string;
  /** Adds a vector of float32. */
  float32s(values: readonly number[]): string;
}

/** Lowers a tensor of one kind of operation; returns its node. */
export type Lower<Kind extends OpKind> = (
  tensor: TensorOf<Kind> & Tensor,
  context: LoweringContext,
) => string;

/** A table of the functions for some operations. */
export type LowerTable<Kinds extends OpKind> = { readonly [Kind in Kinds]: Lower<Kind> };

export const FLOAT = { T: { type: "float32" } } as const satisfies Attributes;
export const NHWC = { data_format: { string: "NHWC" } } as const satisfies Attributes;

/** Returns a tensor's element type as an attribute. */
export function typeOf(tensor: Tensor): Attribute {
  return { type: tensor.dtype };
}

/** Creates a context, given the function that lowers a tensor. */
export function createContext(
  surroundings: Surroundings,
  lower: (tensor: Tensor, context: LoweringContext) => string,
): LoweringContext {
  const { writer, control, openBatch } = surroundings;
  const lowered = new Map<Tensor, string>();
  const reads = new Map<string, string>();
  const sharedNodes: { op: string; inputs: readonly Tensor[]; node: string }[] = [];
  const float32s = (shape: readonly number[], values: readonly number[]) =>
    writer.add("Const", control, {
      dtype: { type: "float32" },
      value: { tensor: { dtype: "float32", shape, values } },
    });
  const context: LoweringContext = {
    ...surroundings,
    node(tensor) {
      const node = lowered.get(tensor) ?? lower(tensor, context);
      lowered.set(tensor, node);
      return node;
    },
    input(tensor, position) {
      const found = tensor.inputs[position];
      if (found) return context.node(found);
      throw new RangeError(`Cannot lower ${tensor.kind}: input ${position} is missing.`);
    },
    inputs: (tensor) => tensor.inputs.map(context.node),
    read(variable, dtype) {
      const node = reads.get(variable) ?? surroundings.constantOf?.(variable) ??
        writer.add("ReadVariableOp", [surroundings.handle(variable), ...control], {
          dtype: { type: dtype },
        });
      reads.set(variable, node);
      return node;
    },
    readOf: (variable) => reads.get(variable),
    shared(op, inputs, make) {
      const found = sharedNodes.find((shared) =>
        shared.op === op && shared.inputs.length === inputs.length &&
        shared.inputs.every((input, position) => input === inputs[position])
      );
      if (found) return found.node;
      const node = make();
      sharedNodes.push({ op, inputs, node });
      return node;
    },
    sizes([first = 1, ...rest]) {
      const isOpen = openBatch !== undefined && first !== 0 && first % openBatch === 0;
      return context.int32s([isOpen ? -1 : first, ...rest]);
    },
    int32s: (values, shape = [values.length]) =>
      writer.add("Const", control, {
        dtype: { type: "int32" },
        value: { tensor: { dtype: "int32", shape, values } },
      }),
    float32: (value) => float32s([], [value]),
    float32s: (values) => float32s([values.length], values),
  };
  return context;
}
