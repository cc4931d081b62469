/** Convolution: cross-correlation without padding, stride 1. */
import { biasAdd } from "../../graph/ops/dense.ts";
import { conv2d } from "../../graph/ops/image.ts";
import { elementCount } from "../../graph/tensor.ts";
import { flag, integer, sizes } from "../../options/option.ts";
import { defineLayer, imageShape, layerShapeError } from "../layer.ts";
import { kernelLayout } from "../layout.ts";
import { weightAndBias } from "../weights.ts";

export const conv2dLayer = defineLayer({
  kind: "conv2d",
  torchName: "Conv2d",
  description: "2-D convolution.",
  kernels: "weight",
  options: {
    outChannels: integer({ description: "number of output channels" }),
    kernelSize: sizes({ description: "height and width of the kernel" }),
    bias: flag({ default: true, description: "adds a bias to each channel" }),
  },
  infer(layer, input) {
    const [height, width, channels] = imageShape(layer, input);
    const { kernelSize: [kernelHeight, kernelWidth], outChannels, bias } = layer;
    if (kernelHeight > height || kernelWidth > width) {
      const rule = `its kernel of ${kernelHeight} x ${kernelWidth} must fit into the image`;
      throw layerShapeError(layer, rule, input.shape, "kernelSize");
    }
    const output = [height - kernelHeight + 1, width - kernelWidth + 1, outChannels];
    const kernel = [kernelHeight, kernelWidth, channels, outChannels];
    const fanIn = kernelHeight * kernelWidth * channels;
    return {
      output: { shape: output },
      parameters: weightAndBias(kernel, fanIn, kernelLayout(kernel), bias),
      multiplyAdds: elementCount(output) * (fanIn + (bias ? 1 : 0)),
    };
  },
  build({ bias }, x, { parameter }) {
    const convolved = conv2d(x, parameter("weight"));
    return bias ? biasAdd(convolved, parameter("bias")) : convolved;
  },
});
