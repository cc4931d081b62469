/**
 * Batch normalisation of vectors: each feature by its mean and variance in the batch; in evaluation by running ones.
 */
import { reshape } from "../../../graph/ops/data.ts";
import { sizeAt } from "../../../graph/tensor.ts";
import { defineLayer, vectorLength } from "../../layer.ts";
import { activationsLayout } from "../../layout.ts";
import {
  BATCH_NORM_OPTIONS,
  buildBatchNorm,
  runningStatistics,
  scaleAndOffset,
} from "../../normalization.ts";

export const batchNorm1dLayer = defineLayer({
  kind: "batchNorm1d",
  torchName: "BatchNorm1d",
  description: "Normalises each feature by its mean and variance in the batch.",
  mixesSamples: true,
  smallestBatch: () => 2,
  options: BATCH_NORM_OPTIONS,
  infer(layer, input) {
    const features = vectorLength(layer, input);
    const layout = activationsLayout([features], input.flattenedFrom);
    return {
      output: input,
      parameters: layer.affine ? scaleAndOffset([features], layout) : [],
      buffers: runningStatistics(layout),
    };
  },
  build(layer, x, context) {
    const image = reshape(x, [sizeAt(x.shape, 0), 1, 1, sizeAt(x.shape, 1)]);
    return reshape(buildBatchNorm(layer, image, context), x.shape);
  },
});
