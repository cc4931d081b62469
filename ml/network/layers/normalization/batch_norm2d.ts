/** Batch normalisation of images: each channel by its mean and variance in the batch; in evaluation by running ones. */
import { defineLayer, imageShape } from "../../layer.ts";
import { sameLayout } from "../../layout.ts";
import {
  BATCH_NORM_OPTIONS,
  buildBatchNorm,
  runningStatistics,
  scaleAndOffset,
} from "../../normalization.ts";

export const batchNorm2dLayer = defineLayer({
  kind: "batchNorm2d",
  torchName: "BatchNorm2d",
  description: "Normalises each channel by its mean and variance in the batch.",
  mixesSamples: true,
  smallestBatch: ([height = 1, width = 1]) => height * width > 1 ? 1 : 2,
  options: BATCH_NORM_OPTIONS,
  infer(layer, input) {
    const [, , channels] = imageShape(layer, input);
    const layout = sameLayout([channels]);
    return {
      output: input,
      parameters: layer.affine ? scaleAndOffset([channels], layout) : [],
      buffers: runningStatistics(layout),
    };
  },
  build: buildBatchNorm,
});
