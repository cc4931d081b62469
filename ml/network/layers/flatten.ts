/** Flattening: [height, width, channels] to [features]. Weights of the next layer see PyTorch's order: channel, row, column. */
import { reshape } from "../../graph/ops/data.ts";
import { elementCount, sizeAt } from "../../graph/tensor.ts";
import { defineLayer } from "../layer.ts";

export const flattenLayer = defineLayer({
  kind: "flatten",
  torchName: "Flatten",
  description: "Flattens an image to a vector.",
  options: {},
  infer(_layer, { shape, flattenedFrom }) {
    const isImage = shape.length > 1;
    return {
      output: {
        shape: [elementCount(shape)],
        flattenedFrom: isImage ? shape : flattenedFrom,
      },
    };
  },
  build: (_layer, x, { outputShape }) => reshape(x, [sizeAt(x.shape, 0), ...outputShape]),
});
