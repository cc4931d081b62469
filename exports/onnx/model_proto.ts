/**
 * Writes ONNX's ModelProto: nodes, attributes, initializers. It knows the wire format and nothing of networks. Field
 * numbers are those of onnx/onnx.proto.
 */
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { message, text } from "../protobuf.ts";

/** The versions of the format and of the operators: onnxruntime reads them since 1.12. */
const IR_VERSION = 8;
const OPSET = 17;

/** An attribute of a node. */
export type Attribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number };

/** The attributes of a node, by name. */
export type Attributes = Readonly<Record<string, Attribute>>;

/** An operation. */
export interface NodeProto {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: Attributes;
}

/** A constant array. */
export interface Initializer {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | BigInt64Array;
}

/** An input or output of the graph, float32; a text is the name of an open size. */
export interface ValueInfo {
  readonly name: string;
  readonly shape: readonly (number | string)[];
}

/** A model. */
export interface ModelProto {
  readonly name: string;
  readonly producerVersion: string;
  readonly nodes: readonly NodeProto[];
  readonly initializers: readonly Initializer[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly metadata: ReadonlyMap<string, string>;
}

/** The numbers of element types in TensorProto.DataType. */
const FLOAT = 1;
const INT64 = 7;

/** The numbers of attribute types in AttributeProto.AttributeType. */
const ATTRIBUTE_TYPES = { float: 1, int: 2, ints: 7 } as const;

/** Encodes a model. */
export function encodeModel(model: ModelProto): Uint8Array {
  const writer = new BinaryWriter();
  int(writer, 1, IR_VERSION);
  text(writer, 2, "epochql");
  text(writer, 3, model.producerVersion);
  message(writer, 7, (graph) => writeGraph(graph, model));
  message(writer, 8, (opset) => {
    text(opset, 1, "");
    int(opset, 2, OPSET);
  });
  for (const [key, value] of model.metadata) {
    message(writer, 14, (entry) => {
      text(entry, 1, key);
      text(entry, 2, value);
    });
  }
  return writer.finish();
}

function writeGraph(writer: BinaryWriter, model: ModelProto): void {
  for (const node of model.nodes) message(writer, 1, (proto) => writeNode(proto, node));
  text(writer, 2, model.name);
  for (const initializer of model.initializers) {
    message(writer, 5, (proto) => writeTensor(proto, initializer));
  }
  for (const input of model.inputs) message(writer, 11, (proto) => writeValue(proto, input));
  for (const output of model.outputs) message(writer, 12, (proto) => writeValue(proto, output));
}

function writeNode(
  writer: BinaryWriter,
  { name, op, inputs, output, attributes }: NodeProto,
): void {
  for (const input of inputs) text(writer, 1, input);
  text(writer, 2, output);
  text(writer, 3, name);
  text(writer, 4, op);
  for (const [key, value] of Object.entries(attributes)) {
    message(writer, 5, (proto) => {
      text(proto, 1, key);
      writeAttribute(proto, value);
    });
  }
}

function writeAttribute(writer: BinaryWriter, value: Attribute): void {
  if ("float" in value) {
    writer.tag(2, WireType.Bit32).float(value.float);
    int(writer, 20, ATTRIBUTE_TYPES.float);
  } else if ("int" in value) {
    int(writer, 3, value.int);
    int(writer, 20, ATTRIBUTE_TYPES.int);
  } else {
    for (const each of value.ints) int(writer, 8, each);
    int(writer, 20, ATTRIBUTE_TYPES.ints);
  }
}

function writeTensor(writer: BinaryWriter, { name, shape, values }: Initializer): void {
  for (const size of shape) int(writer, 1, size);
  int(writer, 2, values instanceof Float32Array ? FLOAT : INT64);
  text(writer, 8, name);
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  writer.tag(9, WireType.LengthDelimited).bytes(bytes);
}

function writeValue(writer: BinaryWriter, { name, shape }: ValueInfo): void {
  text(writer, 1, name);
  message(writer, 2, (type) =>
    message(type, 1, (tensor) => {
      int(tensor, 1, FLOAT);
      message(tensor, 2, (proto) => {
        for (const size of shape) {
          message(proto, 1, (dimension) => {
            if (typeof size === "string") text(dimension, 2, size);
            else int(dimension, 1, size);
          });
        }
      });
    }));
}

function int(writer: BinaryWriter, field: number, value: number): void {
  writer.tag(field, WireType.Varint).int64(value);
}
