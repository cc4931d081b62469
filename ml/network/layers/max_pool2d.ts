/** Max pooling: the maximum of each window of size x size, stride = size. Incomplete windows at the edge are dropped. */
import { maxPool2d } from "../../graph/ops/image.ts";
import {
  imageShape,
  isPositiveInteger,
  type LayerBase,
  type LayerDefinition,
  layerShapeError,
} from "../layer.ts";

export interface MaxPool2dLayer extends LayerBase {
  readonly kind: "maxPool2d";
  readonly size: number;
}

export const maxPool2dLayer: LayerDefinition<MaxPool2dLayer> = {
  kind: "maxPool2d",
  torchName: "MaxPool2d",
  attributes: { size: isPositiveInteger },
  infer(layer, input) {
    const [height, width, channels] = imageShape(layer, input);
    const { size } = layer;
    if (size > Math.min(height, width)) {
      throw layerShapeError(layer, `its window of ${size} must fit into the image`, input.shape);
    }
    return { output: { shape: [Math.floor(height / size), Math.floor(width / size), channels] } };
  },
  build: ({ size }, x) => maxPool2d(x, size),
};
