/**
 * Lowers the training graph to TensorFlow's operations: one case an operation. What surrounds the graph
 * (variables, what is fed, the loop it stands in) is given as a frame.
 */
import { sizeAt, type Tensor } from "../../graph/tensor.ts";
import type { Update } from "../../optimizers/update.ts";
import type { Attribute, Attributes, GraphWriter } from "./graph_def.ts";

/** Where a graph is lowered to: names of what it reads. */
export interface LoweringContext {
  readonly writer: GraphWriter;
  /** The node that holds a variable's handle. */
  handle(variable: string): string;
  /** The node that gives what is fed. */
  placeholder(placeholder: string): string;
  /** Control inputs that put nodes without inputs into the frame: '^node'. */
  readonly control: readonly string[];
}

/** Lowers tensors to nodes. Each tensor is lowered once. */
export interface Lowering {
  /** The node (or 'node:1') that gives a tensor. */
  node(tensor: Tensor): string;
  /** The node that applies an update. */
  update(update: Update): string;
}

const FLOAT = { T: { type: "float32" } } as const satisfies Attributes;
const NHWC = { data_format: { string: "NHWC" } } as const satisfies Attributes;
const CONVOLUTION = {
  ...FLOAT,
  ...NHWC,
  strides: { ints: [1, 1, 1, 1] },
  padding: { string: "VALID" },
  dilations: { ints: [1, 1, 1, 1] },
  explicit_paddings: { ints: [] },
  use_cudnn_on_gpu: { bool: true },
} as const satisfies Attributes;

/** Starts lowering into a frame. */
export function createLowering(frame: LoweringContext): Lowering {
  const { writer, control } = frame;
  const lowered = new Map<Tensor, string>();
  const reads = new Map<string, string>();
  /** Cross entropies: their nodes' second output is the gradient. */
  const crossEntropies = new Map<Tensor, Map<Tensor, string>>();

  const int32s = (values: readonly number[], shape = [values.length]) =>
    writer.add("Const", control, {
      dtype: { type: "int32" },
      value: { tensor: { dtype: "int32", shape, values } },
    });
  const float32 = (value: number) =>
    writer.add("Const", control, {
      dtype: { type: "float32" },
      value: { tensor: { dtype: "float32", shape: [], values: [value] } },
    });
  const node = (tensor: Tensor): string => {
    const known = lowered.get(tensor);
    if (known !== undefined) return known;
    const made = lower(tensor);
    lowered.set(tensor, made);
    return made;
  };
  const input = (tensor: Tensor, position: number): string => {
    const found = tensor.inputs[position];
    if (!found) throw new RangeError(`Cannot lower ${tensor.kind}: input ${position} is missing.`);
    return node(found);
  };
  const all = (tensor: Tensor): readonly string[] => tensor.inputs.map(node);
  const typeOf = (tensor: Tensor): Attribute => ({ type: tensor.dtype });
  const crossEntropy = (tensor: Tensor): string => {
    const [logits, labels] = tensor.inputs;
    if (!logits || !labels) {
      throw new RangeError("Cannot lower softmaxCrossEntropy: inputs missing.");
    }
    const ofLogits = crossEntropies.get(logits) ?? new Map<Tensor, string>();
    crossEntropies.set(logits, ofLogits);
    const made = ofLogits.get(labels) ??
      writer.add("SparseSoftmaxCrossEntropyWithLogits", [node(logits), node(labels)], {
        ...FLOAT,
        Tlabels: { type: "int32" },
      });
    ofLogits.set(labels, made);
    return made;
  };
  const oneHot = (labels: string, classes: number, hot: number) =>
    writer.add("OneHot", [labels, int32s([classes], []), float32(hot), float32(0)], {
      ...FLOAT,
      TI: { type: "int32" },
      axis: { int: -1 },
    });
  const sum = (x: string, axes: readonly number[], keepDims: boolean) =>
    writer.add("Sum", [x, int32s(axes)], {
      ...FLOAT,
      Tidx: { type: "int32" },
      keep_dims: { bool: keepDims },
    });
  const pooling = (size: number): Attributes => ({
    ...FLOAT,
    ...NHWC,
    ksize: { ints: [1, size, size, 1] },
    strides: { ints: [1, size, size, 1] },
    padding: { string: "VALID" },
    explicit_paddings: { ints: [] },
  });

  function lower(tensor: Tensor): string {
    switch (tensor.kind) {
      case "variable": {
        const { name, dtype } = tensor.attributes;
        const made = reads.get(name) ??
          writer.add("ReadVariableOp", [frame.handle(name), ...control], {
            dtype: { type: dtype },
          });
        reads.set(name, made);
        return made;
      }
      case "placeholder":
        return frame.placeholder(tensor.attributes.name);
      case "constant":
        return writer.add("Const", control, {
          dtype: { type: "float32" },
          value: { tensor: { ...tensor.attributes, dtype: "float32" } },
        });
      case "dropoutMask": {
        const { shape, rate, key } = tensor.attributes;
        const seed = writer.add("Pack", [int32s([key], []), input(tensor, 0)], {
          N: { int: 2 },
          T: { type: "int32" },
          axis: { int: 0 },
        });
        const chance = writer.add("StatelessRandomUniform", [int32s(shape), seed], {
          dtype: { type: "float32" },
          T: { type: "int32" },
          Tseed: { type: "int32" },
        });
        const kept = writer.add("GreaterEqual", [chance, float32(rate)], FLOAT);
        const ones = writer.add("Cast", [kept], {
          SrcT: { type: "bool" },
          DstT: { type: "float32" },
        });
        return writer.add("Mul", [ones, float32(1 / (1 - rate))], FLOAT);
      }
      case "gatherRows":
        return writer.add("ResourceGather", [
          frame.handle(tensor.attributes.table),
          input(tensor, 0),
        ], {
          dtype: { type: tensor.dtype },
          Tindices: { type: "int32" },
        });
      case "sliceRows": {
        const rest = tensor.shape.slice(1);
        const { begin, count } = tensor.attributes;
        const from = int32s([begin, ...rest.map(() => 0)]);
        return writer.add("Slice", [input(tensor, 0), from, int32s([count, ...rest])], {
          T: typeOf(tensor),
          Index: { type: "int32" },
        });
      }
      case "cast": {
        const [x] = tensor.inputs;
        return writer.add("Cast", [input(tensor, 0)], {
          SrcT: { type: x?.dtype ?? "float32" },
          DstT: typeOf(tensor),
        });
      }
      case "reshape":
        return writer.add("Reshape", [input(tensor, 0), int32s(tensor.shape)], {
          T: typeOf(tensor),
          Tshape: { type: "int32" },
        });
      case "broadcastTo":
        return writer.add("BroadcastTo", [input(tensor, 0), int32s(tensor.shape)], {
          T: typeOf(tensor),
          Tidx: { type: "int32" },
        });
      case "add":
        return writer.add("AddV2", all(tensor), { T: typeOf(tensor) });
      case "addN":
        return writer.add("AddN", all(tensor), {
          T: typeOf(tensor),
          N: { int: tensor.inputs.length },
        });
      case "subtract":
        return writer.add("Sub", all(tensor), { T: typeOf(tensor) });
      case "multiply":
        return writer.add("Mul", all(tensor), { T: typeOf(tensor) });
      case "divide":
        return writer.add("RealDiv", all(tensor), { T: typeOf(tensor) });
      case "sqrt":
        return writer.add("Sqrt", all(tensor), FLOAT);
      case "exp":
        return writer.add("Exp", all(tensor), FLOAT);
      case "expm1":
        return writer.add("Expm1", all(tensor), FLOAT);
      case "sum":
        return sum(input(tensor, 0), tensor.attributes.axes, tensor.attributes.keepDims);
      case "matMul":
        return writer.add("MatMul", all(tensor), {
          ...FLOAT,
          transpose_a: { bool: tensor.attributes.transposeA },
          transpose_b: { bool: tensor.attributes.transposeB },
        });
      case "biasAdd":
        return writer.add("BiasAdd", all(tensor), { ...FLOAT, ...NHWC });
      case "biasGradient":
        return writer.add("BiasAddGrad", all(tensor), { ...FLOAT, ...NHWC });
      case "relu":
        return writer.add("Relu", all(tensor), FLOAT);
      case "reluGradient":
        return writer.add("ReluGrad", all(tensor), FLOAT);
      case "conv2d":
        return writer.add("Conv2D", all(tensor), CONVOLUTION);
      case "conv2dInputGradient": {
        const sizes = int32s(tensor.attributes.inputShape);
        return writer.add("Conv2DBackpropInput", [sizes, ...all(tensor)], CONVOLUTION);
      }
      case "conv2dFilterGradient": {
        const [x, dy] = [input(tensor, 0), input(tensor, 1)];
        const sizes = int32s(tensor.attributes.filterShape);
        return writer.add("Conv2DBackpropFilter", [x, sizes, dy], CONVOLUTION);
      }
      case "maxPool2d":
        return writer.add("MaxPool", all(tensor), pooling(tensor.attributes.size));
      case "maxPool2dGradient":
        return writer.add("MaxPoolGrad", all(tensor), pooling(tensor.attributes.size));
      case "softmax":
        return writer.add("Softmax", all(tensor), FLOAT);
      case "logSoftmax":
        return writer.add("LogSoftmax", all(tensor), FLOAT);
      case "softmaxCrossEntropy":
        return crossEntropy(tensor);
      case "softmaxCrossEntropyGradient":
        return `${crossEntropy(tensor)}:1`;
      case "negativeLogLikelihood": {
        const classes = sizeAt(tensor.inputs[0]?.shape ?? [], 1);
        const picked = oneHot(input(tensor, 1), classes, -1);
        return sum(writer.add("Mul", [picked, input(tensor, 0)], FLOAT), [1], false);
      }
      case "negativeLogLikelihoodGradient":
        return oneHot(input(tensor, 0), tensor.attributes.classes, -1);
      case "argMax":
        return writer.add("ArgMax", [input(tensor, 0), int32s([1], [])], {
          ...FLOAT,
          Tidx: { type: "int32" },
          output_type: { type: "int32" },
        });
      case "equal": {
        const same = writer.add("Equal", all(tensor), {
          T: { type: tensor.inputs[0]?.dtype ?? "int32" },
          incompatible_shape_error: { bool: true },
        });
        return writer.add("Cast", [same], { SrcT: { type: "bool" }, DstT: { type: "float32" } });
      }
      default:
        return tensor satisfies never;
    }
  }

  function update(update: Update): string {
    const handle = frame.handle(update.variable);
    const gradient = node(update.gradient);
    switch (update.kind) {
      case "sgd":
        return writer.add(
          "ResourceApplyGradientDescent",
          [handle, node(update.learningRate), gradient],
          { ...FLOAT, use_locking: { bool: false } },
        );
      case "momentum":
        return writer.add("ResourceApplyMomentum", [
          handle,
          frame.handle(update.velocity),
          node(update.learningRate),
          gradient,
          float32(update.momentum),
        ], { ...FLOAT, use_locking: { bool: false }, use_nesterov: { bool: false } });
      case "adam":
        // The powers of the betas are 0: the step size given is corrected already.
        return writer.add("ResourceApplyAdam", [
          handle,
          frame.handle(update.first),
          frame.handle(update.second),
          float32(0),
          float32(0),
          node(update.stepSize),
          float32(update.beta1),
          float32(update.beta2),
          node(update.epsilon),
          gradient,
        ], { ...FLOAT, use_locking: { bool: false }, use_nesterov: { bool: false } });
      default:
        return update satisfies never;
    }
  }

  return { node, update };
}
