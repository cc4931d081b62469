/** Convolution: cross-correlation without padding, stride 1, with a bias. */
import { biasAdd } from "../../graph/ops/dense.ts";
import { conv2d } from "../../graph/ops/image.ts";
import { elementCount } from "../../graph/tensor.ts";
import {
  imageShape,
  isPositiveInteger,
  type LayerBase,
  type LayerDefinition,
  layerShapeError,
} from "../layer.ts";
import { kernelLayout } from "../layout.ts";
import { weightAndBias } from "../weights.ts";

export interface Conv2dLayer extends LayerBase {
  readonly kind: "conv2d";
  readonly outChannels: number;
  readonly kernelSize: number;
}

export const conv2dLayer: LayerDefinition<Conv2dLayer> = {
  kind: "conv2d",
  torchName: "Conv2d",
  kernels: "weight",
  attributes: { outChannels: isPositiveInteger, kernelSize: isPositiveInteger },
  infer(layer, input) {
    const [height, width, channels] = imageShape(layer, input);
    const { kernelSize, outChannels } = layer;
    if (kernelSize > Math.min(height, width)) {
      const rule = `its kernel of ${kernelSize} must fit into the image`;
      throw layerShapeError(layer, rule, input.shape);
    }
    const output = [height - kernelSize + 1, width - kernelSize + 1, outChannels];
    const kernel = [kernelSize, kernelSize, channels, outChannels];
    const fanIn = kernelSize * kernelSize * channels;
    return {
      output: { shape: output },
      parameters: weightAndBias(kernel, fanIn, kernelLayout(kernel)),
      multiplyAdds: elementCount(output) * (fanIn + 1),
    };
  },
  build(_layer, x, { parameter }) {
    return biasAdd(conv2d(x, parameter("weight")), parameter("bias"));
  },
};
