/** Runs graphs on tfjs: one function per operation of a prediction. Operations of training have none. */
import * as tf from "@tensorflow/tfjs-core";
import { topologicalOrder } from "../../graph/rewrite.ts";
import { inputAt, type OpKind, type Tensor, type TensorOf } from "../../graph/tensor.ts";
import { averagePool, convolve, maxPool, movePixels } from "./images.ts";

/** The values that a graph reads, by name. */
export interface GraphInputs {
  readonly variables: ReadonlyMap<string, tf.Tensor>;
  readonly placeholders: ReadonlyMap<string, tf.Tensor>;
}

/** Runs an operation on the values of its inputs. */
type Run<Kind extends OpKind> = (
  node: TensorOf<Kind>,
  input: (position: number) => tf.Tensor,
  inputs: GraphInputs,
) => tf.Tensor;

const OPS = {
  variable: ({ attributes }, _input, { variables }) => read(variables, attributes.name),
  placeholder: ({ attributes }, _input, { placeholders }) => read(placeholders, attributes.name),
  constant: ({ attributes: { values, shape } }) =>
    values.length === 1
      ? tf.fill([...shape], values[0] ?? 0)
      : tf.tensor([...values], [...shape], "float32"),
  cast: ({ attributes: { dtype } }, input) =>
    tf.cast(input(0), dtype === "uint8" ? "int32" : dtype),
  reshape: ({ shape }, input) => tf.reshape(input(0), [...shape]),
  broadcastTo: ({ shape }, input) => tf.broadcastTo(input(0), [...shape]),
  slice: ({ attributes: { begin, size } }, input) => tf.slice(input(0), [...begin], [...size]),
  pad: ({ attributes: { before, after } }, input) =>
    tf.pad(input(0), before.map((size, axis) => [size, after[axis] ?? 0])),
  concat: ({ inputs, attributes: { axis } }, input) =>
    tf.concat(inputs.map((_, position) => input(position)), axis),
  movePixels: ({ attributes }, input) => movePixels(input(0), input(1), attributes),
  add: (_node, input) => tf.add(input(0), input(1)),
  subtract: (_node, input) => tf.sub(input(0), input(1)),
  multiply: (_node, input) => tf.mul(input(0), input(1)),
  divide: (_node, input) => tf.div(input(0), input(1)),
  sqrt: (_node, input) => tf.sqrt(input(0)),
  exp: (_node, input) => tf.exp(input(0)),
  expm1: (_node, input) => tf.expm1(input(0)),
  rsqrt: (_node, input) => tf.rsqrt(input(0)),
  log: (_node, input) => tf.log(input(0)),
  erf: (_node, input) => tf.erf(input(0)),
  abs: (_node, input) => tf.abs(input(0)),
  maximum: (_node, input) => tf.maximum(input(0), input(1)),
  minimum: (_node, input) => tf.minimum(input(0), input(1)),
  sum: ({ attributes: { axes, keepDims } }, input) => tf.sum(input(0), [...axes], keepDims),
  matMul: ({ attributes: { transposeA, transposeB } }, input) =>
    tf.matMul(input(0), input(1), transposeA, transposeB),
  biasAdd: (_node, input) => tf.add(input(0), input(1)),
  relu: (_node, input) => tf.relu(input(0)),
  relu6: (_node, input) => tf.relu6(input(0)),
  leakyRelu: ({ attributes: { slope } }, input) => tf.leakyRelu(input(0), slope),
  elu: (_node, input) => tf.elu(input(0)),
  sigmoid: (_node, input) => tf.sigmoid(input(0)),
  tanh: (_node, input) => tf.tanh(input(0)),
  conv2d: ({ attributes }, input) => convolve(input(0), input(1), attributes),
  maxPool2d: ({ attributes }, input) => maxPool(input(0), attributes),
  averagePool2d: ({ attributes }, input) => averagePool(input(0), attributes),
  softmax: (_node, input) => tf.softmax(input(0)),
  logSoftmax: (_node, input) => tf.logSoftmax(input(0)),
  argMax: (_node, input) => tf.argMax(input(0), -1),
} satisfies { readonly [Kind in OpKind]?: Run<Kind> };

/** Checks whether an operation can be run. */
export function isSupported(kind: OpKind): boolean {
  return Object.hasOwn(OPS, kind);
}

/**
 * Computes tensors. Intermediate values are freed by the surrounding tf.tidy().
 *
 * @throws {RangeError} if an operation is not supported, or an input is missing
 */
export function evaluateGraph(
  outputs: readonly Tensor[],
  inputs: GraphInputs,
): ReadonlyMap<Tensor, tf.Tensor> {
  const values = new Map<Tensor, tf.Tensor>();
  for (const node of topologicalOrder(outputs)) {
    const table: { readonly [Kind in OpKind]?: Run<OpKind> } = OPS as typeof table;
    const run = table[node.kind];
    if (!run) throw new RangeError(`Cannot run ${node.kind} in WebAssembly: it is not supported.`);
    const input = (position: number) => valueOf(values, inputAt(node.inputs, position));
    values.set(node, run(node as TensorOf<OpKind>, input, inputs));
  }
  return values;
}

/** Returns the value of a tensor that was computed. */
export function valueOf(values: ReadonlyMap<Tensor, tf.Tensor>, tensor: Tensor): tf.Tensor {
  const value = values.get(tensor);
  if (!value) throw new RangeError(`Cannot read ${tensor.kind}: it was not computed.`);
  return value;
}

function read(values: ReadonlyMap<string, tf.Tensor>, name: string): tf.Tensor {
  const value = values.get(name);
  if (!value) throw new RangeError(`Cannot find '${name}'.`);
  return value;
}
