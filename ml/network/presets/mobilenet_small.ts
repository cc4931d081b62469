/** A small network in the manner of MobileNet (Howard et al., 2017): depthwise-separable convolutions. */
import type { LayerInput } from "../parse.ts";
import type { PresetDefinition } from "./preset.ts";

/** A depthwise 3 x 3 convolution and a pointwise one, each with batch norm. */
function block(name: string, inChannels: number, outChannels: number, stride = 1): LayerInput {
  return {
    sequence: {
      name,
      layers: [
        {
          conv2d: {
            outChannels: inChannels,
            kernelSize: 3,
            stride,
            padding: 1,
            groups: inChannels,
            bias: false,
          },
        },
        { batchNorm2d: {} },
        { relu: {} },
        { conv2d: { outChannels, kernelSize: 1, bias: false } },
        { batchNorm2d: {} },
        { relu: {} },
      ],
    },
  };
}

export const mobilenetSmall: PresetDefinition = {
  description: "Depthwise-separable convolutions of 64 to 256 channels.",
  layers: [
    { conv2d: { name: "conv1", outChannels: 32, kernelSize: 3, padding: 1, bias: false } },
    { batchNorm2d: { name: "bn1" } },
    { relu: {} },
    block("block1", 32, 64),
    block("block2", 64, 128, 2),
    block("block3", 128, 128),
    block("block4", 128, 256, 2),
    block("block5", 256, 256),
    block("block6", 256, 256),
    { globalAvgPool: {} },
    { flatten: {} },
    { linear: { name: "fc" } },
  ],
};
