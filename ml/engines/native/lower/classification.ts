/** From logits to losses and hits, in the native engine. */
import { sizeAt, type Tensor } from "../../../graph/tensor.ts";
import type { Value } from "../calls.ts";
import { type LoweringContext, type LowerTable, rows } from "./context.ts";

/** Applies a kernel to samples. */
function perSample(kernel: string, dtype: Value["dtype"] = "float32") {
  return (tensor: Tensor, context: LoweringContext): Value => {
    const inputs = tensor.inputs.map((input) => rows(context.node(input)));
    return context.call(kernel, [rows(context.create(kernel, tensor.shape, dtype))], inputs, {
      units: sizeAt(tensor.shape, 0),
      cost: 16 * sizeAt(tensor.inputs[0]?.shape ?? [1], -1) * sizeAt(tensor.shape, 0),
    });
  };
}

/** Applies a kernel along the last axis. */
function alongLastAxis(kernel: string) {
  return (tensor: Tensor, context: LoweringContext): Value => {
    const y = context.create(kernel, tensor.shape);
    return context.call(kernel, [rows(y)], [rows(context.input(tensor, 0))], {
      units: sizeAt(tensor.shape, 0),
      ints: [sizeAt(tensor.shape, -1)],
    });
  };
}

export const CLASSIFICATION: LowerTable<
  | "softmax"
  | "logSoftmax"
  | "softmaxCrossEntropy"
  | "softmaxCrossEntropyGradient"
  | "negativeLogLikelihood"
  | "negativeLogLikelihoodGradient"
  | "argMax"
> = {
  softmax: alongLastAxis("softmax"),
  logSoftmax: alongLastAxis("logSoftmax"),
  softmaxCrossEntropy: perSample("softmaxCrossEntropy"),
  softmaxCrossEntropyGradient: perSample("softmaxCrossEntropyGradient"),
  negativeLogLikelihood: perSample("negativeLogLikelihood"),
  negativeLogLikelihoodGradient: perSample("negativeLogLikelihoodGradient"),
  argMax: perSample("argMax", "int32"),
};
