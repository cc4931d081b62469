/** A small network in the manner of VGG (Simonyan and Zisserman, 2015), with batch norm. */
import type { LayerInput } from "../parse.ts";
import type { PresetDefinition } from "./preset.ts";

function convolution(outChannels: number): readonly LayerInput[] {
  return [
    { conv2d: { outChannels, kernelSize: 3, padding: 1, bias: false } },
    { batchNorm2d: {} },
    { relu: {} },
  ];
}

/** Two convolutions and a pooling. */
function stage(name: string, outChannels: number): LayerInput {
  return {
    sequence: {
      name,
      layers: [
        ...convolution(outChannels),
        ...convolution(outChannels),
        { maxPool2d: { kernelSize: 2 } },
      ],
    },
  };
}

export const vggSmall: PresetDefinition = {
  description: "Pairs of 3 x 3 convolutions of 64, 128 and 256 channels with batch norm.",
  layers: [
    stage("stage1", 64),
    stage("stage2", 128),
    stage("stage3", 256),
    { globalAvgPool: {} },
    { flatten: {} },
    { linear: { name: "fc" } },
  ],
};
