/**
 * Flattening: [height, width, channels] to [features]. Weights of the next layer see PyTorch's order: channel, row,
 * column.
 */
import { reshape } from "../../graph/ops/data.ts";
import { elementCount, sizeAt } from "../../graph/tensor.ts";
import { defineLayer } from "../layer.ts";

export const flattenLayer = defineLayer({
  kind: "flatten",
  torchName: "Flatten",
  description: "Flattens an image to a vector.",
  options: {},
  infer(_layer, { shape, flattenedFrom }) {
    const [height = 1, width = 1, channels = 1] = shape;
    const flattened = [elementCount(shape)];
    if (shape.length === 1) return { output: { shape, flattenedFrom } };
    // One pixel or one channel has the same order everywhere.
    if (height * width === 1 || channels === 1) return { output: { shape: flattened } };
    return { output: { shape: flattened, flattenedFrom: shape } };
  },
  build: (_layer, x, { outputShape }) => reshape(x, [sizeAt(x.shape, 0), ...outputShape]),
});
