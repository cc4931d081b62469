/** A small residual network (He et al., 2016) for small images: six basic blocks. */
import type { LayerInput } from "../parse.ts";
import type { PresetDefinition } from "./preset.ts";

/** A basic block: two 3 x 3 convolutions beside the input, which is projected where its shape changes. */
function block(outChannels: number, stride: number, isProjected: boolean): readonly LayerInput[] {
  return [
    {
      residual: {
        body: [
          { conv2d: { outChannels, kernelSize: 3, stride, padding: 1, bias: false } },
          { batchNorm2d: {} },
          { relu: {} },
          { conv2d: { outChannels, kernelSize: 3, padding: 1, bias: false } },
          { batchNorm2d: {} },
        ],
        ...(isProjected && {
          shortcut: [
            { conv2d: { outChannels, kernelSize: 1, stride, bias: false } },
            { batchNorm2d: {} },
          ],
        }),
      },
    },
    { relu: {} },
  ];
}

function stage(name: string, outChannels: number, stride: number): LayerInput {
  const layers = [
    ...block(outChannels, stride, stride !== 1),
    ...block(outChannels, 1, false),
  ];
  return { sequence: { name, layers } };
}

export const resnetSmall: PresetDefinition = {
  description: "Residual network of six basic blocks with 32, 64 and 128 channels.",
  layers: [
    { conv2d: { name: "conv1", outChannels: 32, kernelSize: 3, padding: 1, bias: false } },
    { batchNorm2d: { name: "bn1" } },
    { relu: {} },
    stage("stage1", 32, 1),
    stage("stage2", 64, 2),
    stage("stage3", 128, 2),
    { globalAvgPool: {} },
    { flatten: {} },
    { linear: { name: "fc" } },
  ],
};
