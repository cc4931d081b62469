/** Convolution: cross-correlation with zeros around the image. */
import { biasAdd } from "../../graph/ops/dense.ts";
import { conv2d } from "../../graph/ops/image.ts";
import { elementCount } from "../../graph/tensor.ts";
import { countWindows } from "../../graph/windows.ts";
import { flag, integer, sizes } from "../../options/option.ts";
import { defineLayer, imageShape, layerShapeError } from "../layer.ts";
import { kernelLayout } from "../layout.ts";
import { weightAndBias } from "../weights.ts";
import { bothSides } from "../windows.ts";

export const conv2dLayer = defineLayer({
  kind: "conv2d",
  torchName: "Conv2d",
  description: "2-D convolution.",
  kernels: "weight",
  options: {
    outChannels: integer({ description: "number of output channels" }),
    kernelSize: sizes({ description: "height and width of the kernel" }),
    stride: sizes({ default: [1, 1], description: "steps of the kernel" }),
    padding: sizes({ min: 0, default: [0, 0], description: "zeros added on each side" }),
    dilation: sizes({ default: [1, 1], description: "distance of neighbouring kernel elements" }),
    groups: integer({ default: 1, description: "number of groups of channels, convolved apart" }),
    bias: flag({ default: true, description: "adds a bias to each channel" }),
  },
  infer(layer, input) {
    const [height, width, channels] = imageShape(layer, input);
    const { kernelSize, outChannels, groups, bias, stride, padding, dilation } = layer;
    if (channels % groups !== 0 || outChannels % groups !== 0) {
      const rule = `its ${groups} groups must divide its ${channels} input channels and its ` +
        `${outChannels} output channels`;
      throw layerShapeError(layer, rule, input.shape, "groups");
    }
    const [outHeight, outWidth] = countWindows([height, width], {
      size: kernelSize,
      strides: stride,
      padding: bothSides(padding),
      dilations: dilation,
    });
    if (outHeight < 1 || outWidth < 1) {
      const rule = `its kernel of ${kernelSize.join(" x ")} must fit into the image`;
      throw layerShapeError(layer, rule, input.shape, "kernelSize");
    }
    const output = [outHeight, outWidth, outChannels];
    const kernel = [...kernelSize, channels / groups, outChannels];
    const fanIn = elementCount(kernel) / outChannels;
    return {
      output: { shape: output },
      parameters: weightAndBias(kernel, fanIn, kernelLayout(kernel), bias),
      multiplyAdds: elementCount(output) * (fanIn + (bias ? 1 : 0)),
    };
  },
  build({ bias, stride, padding, dilation, groups }, x, { parameter }) {
    const convolved = conv2d(x, parameter("weight"), {
      strides: stride,
      padding: bothSides(padding),
      dilations: dilation,
      groups,
    });
    return bias ? biasAdd(convolved, parameter("bias")) : convolved;
  },
});
