/**
 * Writes TensorFlow's GraphDef and SavedModel messages: nodes, attributes, signatures. It knows the wire format
 * and nothing of networks. Field numbers are those of tensorflow/core/framework/*.proto and
 * tensorflow/core/protobuf/{meta_graph,saved_model}.proto.
 */
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** The element types used here, by their numbers in types.proto. */
const DATA_TYPES = {
  float32: 1,
  int32: 3,
  uint8: 4,
  string: 7,
  bool: 10,
  resource: 20,
} as const;
export type DataType = keyof typeof DATA_TYPES;

/** An attribute of a node. */
export type Attribute =
  | { readonly type: DataType }
  | { readonly int: number }
  | { readonly float: number }
  | { readonly ints: readonly number[] }
  | { readonly bool: boolean }
  | { readonly string: string }
  | { readonly shape: readonly number[] }
  | { readonly tensor: ConstantTensor };

/** The value of a Const node; a single value in a list fills the shape. */
export interface ConstantTensor {
  readonly dtype: "float32" | "int32";
  readonly shape: readonly number[];
  readonly values: readonly number[] | Float32Array;
}

/** The attributes of a node, by name. */
export type Attributes = Readonly<Record<string, Attribute>>;

/** An endpoint of a signature: a node's output, with its type. A size of -1 is open. */
export interface Endpoint {
  /** 'node' or 'node:1' */
  readonly node: string;
  readonly dtype: DataType;
  readonly shape: readonly number[];
}

/** A function of the saved model. */
export interface Signature {
  readonly inputs: Readonly<Record<string, Endpoint>>;
  readonly outputs: Readonly<Record<string, Endpoint>>;
}

/** A node of a graph. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  /** Control inputs come last. */
  readonly inputs: readonly string[];
  readonly attributes: Attributes;
}

/** A graph being written. */
export interface GraphWriter {
  readonly nodes: readonly GraphNode[];
  /**
   * Adds a node.
   *
   * @param inputs 'node', 'node:1' for a second output, '^node' to run after it
   * @param name given where others refer to it before it exists
   * @returns the node's name
   */
  add(op: string, inputs: readonly string[], attributes?: Attributes, name?: string): string;
  /** The SavedModel message with all nodes. */
  savedModel(signatures: Readonly<Record<string, Signature>>): Uint8Array<ArrayBuffer>;
}

/** The graph version that the kernels' semantics are taken from (TensorFlow 2.x). */
export const PRODUCER = 1087;

/** Placement of nodes: on the CPU, or as TensorFlow decides. */
export type Placement = "/device:CPU:0" | "";

/** Starts an empty graph. */
export function createGraphWriter(placement: Placement = ""): GraphWriter {
  const nodes: GraphNode[] = [];
  const names = new Set<string>();
  return {
    nodes,
    add(op, inputs, attributes = {}, name = `${op}_${nodes.length}`) {
      if (names.has(name)) throw new RangeError(`Cannot add node '${name}': it exists already.`);
      names.add(name);
      const isControl = (input: string) => input.startsWith("^");
      const ordered = [...inputs.filter((each) => !isControl(each)), ...inputs.filter(isControl)];
      nodes.push({ name, op, inputs: ordered, attributes });
      return name;
    },
    savedModel(signatures) {
      const graph = new BinaryWriter();
      for (const node of nodes) {
        graph.tag(1, WireType.LengthDelimited).bytes(nodeDef(node, placement));
      }
      message(graph, 4, (versions) => versions.tag(1, WireType.Varint).int32(PRODUCER));
      const model = new BinaryWriter();
      model.tag(1, WireType.Varint).int64(1);
      message(model, 2, (meta) => {
        message(meta, 1, (info) => info.tag(4, WireType.LengthDelimited).string("serve"));
        meta.tag(2, WireType.LengthDelimited).bytes(graph.finish());
        for (const [name, signature] of Object.entries(signatures)) {
          entry(meta, 5, name, (writer) => signatureDef(writer, signature));
        }
      });
      return new Uint8Array(model.finish());
    },
  };
}

function nodeDef({ name, op, inputs, attributes }: GraphNode, placement: Placement): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.LengthDelimited).string(name);
  writer.tag(2, WireType.LengthDelimited).string(op);
  for (const input of inputs) writer.tag(3, WireType.LengthDelimited).string(input);
  if (placement !== "") writer.tag(4, WireType.LengthDelimited).string(placement);
  for (const [key, value] of Object.entries(attributes)) {
    entry(writer, 5, key, (attribute) => attrValue(attribute, value));
  }
  return writer.finish();
}

function attrValue(writer: BinaryWriter, value: Attribute): void {
  if ("string" in value) {
    writer.tag(2, WireType.LengthDelimited).bytes(new TextEncoder().encode(value.string));
  } else if ("int" in value) writer.tag(3, WireType.Varint).int64(value.int);
  else if ("float" in value) writer.tag(4, WireType.Bit32).float(value.float);
  else if ("bool" in value) writer.tag(5, WireType.Varint).bool(value.bool);
  else if ("type" in value) writer.tag(6, WireType.Varint).int32(DATA_TYPES[value.type]);
  else if ("shape" in value) message(writer, 7, (shape) => shapeProto(shape, value.shape));
  else if ("tensor" in value) message(writer, 8, (tensor) => tensorProto(tensor, value.tensor));
  else {
    message(writer, 1, (list) =>
      message(list, 3, (packed) => {
        for (const int of value.ints) packed.int64(int);
      }));
  }
}

function shapeProto(writer: BinaryWriter, shape: readonly number[]): void {
  for (const size of shape) {
    message(writer, 2, (dimension) => dimension.tag(1, WireType.Varint).int64(size));
  }
}

function tensorProto(writer: BinaryWriter, { dtype, shape, values }: ConstantTensor): void {
  writer.tag(1, WireType.Varint).int32(DATA_TYPES[dtype]);
  message(writer, 2, (proto) => shapeProto(proto, shape));
  if (values instanceof Float32Array) {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    writer.tag(4, WireType.LengthDelimited).bytes(bytes);
  } else if (dtype === "float32") {
    message(writer, 5, (packed) => values.forEach((value) => packed.float(value)));
  } else {
    message(writer, 7, (packed) => values.forEach((value) => packed.int32(value)));
  }
}

function signatureDef(writer: BinaryWriter, { inputs, outputs }: Signature): void {
  for (const [field, endpoints] of [[1, inputs], [2, outputs]] as const) {
    for (const [name, { node, dtype, shape }] of Object.entries(endpoints)) {
      entry(writer, field, name, (info) => {
        const output = node.includes(":") ? node : `${node}:0`;
        info.tag(1, WireType.LengthDelimited).string(output);
        info.tag(2, WireType.Varint).int32(DATA_TYPES[dtype]);
        message(info, 3, (proto) => shapeProto(proto, shape));
      });
    }
  }
  writer.tag(3, WireType.LengthDelimited).string("tensorflow/serving/predict");
}

/** A nested message. */
function message(
  writer: BinaryWriter,
  field: number,
  content: (writer: BinaryWriter) => unknown,
): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  content(writer);
  writer.join();
}

/** An entry of a map from strings to messages. */
function entry(
  writer: BinaryWriter,
  field: number,
  key: string,
  value: (writer: BinaryWriter) => unknown,
): void {
  message(writer, field, (pair) => {
    pair.tag(1, WireType.LengthDelimited).string(key);
    message(pair, 2, value);
  });
}
