/** Losses, probabilities and hits in TensorFlow. */
import { sizeAt, type Tensor } from "../../../graph/tensor.ts";
import { sum } from "./arithmetic.ts";
import { FLOAT, type LoweringContext, type LowerTable } from "./context.ts";

export const CLASSIFICATION: LowerTable<
  | "softmax"
  | "logSoftmax"
  | "softmaxCrossEntropy"
  | "softmaxCrossEntropyGradient"
  | "negativeLogLikelihood"
  | "negativeLogLikelihoodGradient"
  | "argMax"
  | "equal"
> = {
  softmax: (tensor, { writer, inputs }) => writer.add("Softmax", inputs(tensor), FLOAT),
  logSoftmax: (tensor, { writer, inputs }) => writer.add("LogSoftmax", inputs(tensor), FLOAT),
  softmaxCrossEntropy: (tensor, context) => crossEntropy(tensor, context),
  softmaxCrossEntropyGradient: (tensor, context) => `${crossEntropy(tensor, context)}:1`,
  negativeLogLikelihood(tensor, context) {
    const { writer, input } = context;
    const classes = sizeAt(tensor.inputs[0]?.shape ?? [], 1);
    const picked = oneHot(input(tensor, 1), classes, -1, context);
    return sum(writer.add("Mul", [picked, input(tensor, 0)], FLOAT), [1], false, context);
  },
  negativeLogLikelihoodGradient: (tensor, context) =>
    oneHot(context.input(tensor, 0), tensor.attributes.classes, -1, context),
  argMax: (tensor, { writer, input, int32s }) =>
    writer.add("ArgMax", [input(tensor, 0), int32s([1], [])], {
      ...FLOAT,
      Tidx: { type: "int32" },
      output_type: { type: "int32" },
    }),
  equal(tensor, { writer, inputs }) {
    const same = writer.add("Equal", inputs(tensor), {
      T: { type: tensor.inputs[0]?.dtype ?? "int32" },
      incompatible_shape_error: { bool: true },
    });
    return writer.add("Cast", [same], { SrcT: { type: "bool" }, DstT: { type: "float32" } });
  },
};

/** Returns the node of a cross entropy; its second output is the gradient. */
function crossEntropy(tensor: Tensor, { writer, inputs, shared }: LoweringContext): string {
  const op = "SparseSoftmaxCrossEntropyWithLogits";
  return shared(
    op,
    tensor.inputs,
    () => writer.add(op, inputs(tensor), { ...FLOAT, Tlabels: { type: "int32" } }),
  );
}

function oneHot(
  labels: string,
  classes: number,
  hot: number,
  { writer, int32s, float32 }: LoweringContext,
): string {
  return writer.add("OneHot", [labels, int32s([classes], []), float32(hot), float32(0)], {
    ...FLOAT,
    TI: { type: "int32" },
    axis: { int: -1 },
  });
}
