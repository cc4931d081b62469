/** Max pooling: the maximum of each window. Incomplete windows at the edge are dropped. */
import { maxPool2d } from "../../graph/ops/image.ts";
import { sizes } from "../../options/option.ts";
import { defineLayer, imageShape, layerShapeError } from "../layer.ts";

export const maxPool2dLayer = defineLayer({
  kind: "maxPool2d",
  torchName: "MaxPool2d",
  description: "Maximum of each window.",
  options: { kernelSize: sizes({ description: "height and width of the window" }) },
  infer(layer, input) {
    const [height, width, channels] = imageShape(layer, input);
    const { kernelSize: [size] } = layer;
    if (size > Math.min(height, width)) {
      throw layerShapeError(
        layer,
        `its window of ${size} must fit into the image`,
        input.shape,
        "kernelSize",
      );
    }
    return { output: { shape: [Math.floor(height / size), Math.floor(width / size), channels] } };
  },
  build: ({ kernelSize: [size] }, x) => maxPool2d(x, size),
});
