/** TensorFlow graphs as JSON, in Protocol Buffers' JSON mapping, as TensorFlow.js reads them. */
import {
  type Attribute,
  type ConstantTensor,
  type DataType,
  type GraphNode,
  PRODUCER,
  type Signature,
} from "../../ml/engines/tensorflow/graph_def.ts";

/** A constant of a graph. Its values are stored apart. */
export interface Constant {
  /** The name of its node. */
  readonly name: string;
  readonly tensor: ConstantTensor;
}

/** Names of element types in JSON. */
const TYPE_NAMES: Readonly<Record<DataType, string>> = {
  float32: "DT_FLOAT",
  int32: "DT_INT32",
  uint8: "DT_UINT8",
  string: "DT_STRING",
  bool: "DT_BOOL",
  resource: "DT_RESOURCE",
};

/** Describes a graph, without the values of its constants. */
export function describeTopology(nodes: readonly GraphNode[]): object {
  return {
    node: nodes.map(({ name, op, inputs, attributes }) => ({
      name,
      op,
      input: inputs,
      attr: Object.fromEntries(
        Object.entries(attributes).map(([key, value]) => [key, describeAttribute(value)]),
      ),
    })),
    library: {},
    versions: { producer: PRODUCER },
  };
}

/** Describes the inputs and outputs of a graph. */
export function describeSignature({ inputs, outputs }: Signature): object {
  const describe = (endpoints: Signature["inputs"]) =>
    Object.fromEntries(
      Object.entries(endpoints).map(([name, { node, dtype, shape }]) => [name, {
        name: `${node}:0`,
        dtype: TYPE_NAMES[dtype],
        tensorShape: describeShape(shape),
      }]),
    );
  return { inputs: describe(inputs), outputs: describe(outputs) };
}

/** Lists the constants of a graph. */
export function constantsOf(nodes: readonly GraphNode[]): readonly Constant[] {
  return nodes.flatMap(({ name, attributes: { value } }) =>
    value && "tensor" in value ? [{ name, tensor: value.tensor }] : []
  );
}

/** Encodes the values of a constant, little-endian. A single value fills the shape. */
export function constantBytes(
  { tensor: { dtype, shape, values } }: Constant,
): Uint8Array<ArrayBuffer> {
  const count = shape.reduce((product, size) => product * size, 1);
  const all = values.length === count
    ? values
    : Array.from({ length: count }, () => values[0] ?? 0);
  const typed = dtype === "int32" ? Int32Array.from(all) : Float32Array.from(all);
  return new Uint8Array(typed.buffer);
}

function describeAttribute(value: Attribute): object {
  if ("string" in value) return { s: btoa(value.string) };
  if ("int" in value) return { i: String(value.int) };
  if ("float" in value) return { f: value.float };
  if ("bool" in value) return { b: value.bool };
  if ("type" in value) return { type: TYPE_NAMES[value.type] };
  if ("shape" in value) return { shape: describeShape(value.shape) };
  if ("ints" in value) return { list: { i: value.ints.map(String) } };
  const { dtype, shape } = value.tensor;
  return { tensor: { dtype: TYPE_NAMES[dtype], tensorShape: describeShape(shape) } };
}

function describeShape(shape: readonly number[]): object {
  return { dim: shape.map((size) => ({ size: String(size) })) };
}
