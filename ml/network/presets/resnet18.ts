/** ResNet-18 (He et al., 2016) as torchvision builds it, with the names of its parameters. */
import type { LayerInput } from "../parse.ts";
import type { PresetDefinition } from "./preset.ts";

/** A basic block. A name with dots is the whole path: the parameters are named as in torchvision. */
function block(path: string, outChannels: number, stride: number, isProjected: boolean) {
  const name = (own: string) => `${path}.${own}`;
  const layers: readonly LayerInput[] = [
    {
      residual: {
        body: [
          {
            conv2d: {
              name: name("conv1"),
              outChannels,
              kernelSize: 3,
              stride,
              padding: 1,
              bias: false,
            },
          },
          { batchNorm2d: { name: name("bn1") } },
          { relu: {} },
          { conv2d: { name: name("conv2"), outChannels, kernelSize: 3, padding: 1, bias: false } },
          { batchNorm2d: { name: name("bn2") } },
        ],
        ...(isProjected && {
          shortcut: [
            {
              conv2d: {
                name: name("downsample.0"),
                outChannels,
                kernelSize: 1,
                stride,
                bias: false,
              },
            },
            { batchNorm2d: { name: name("downsample.1") } },
          ],
        }),
      },
    },
    { relu: {} },
  ];
  return layers;
}

function stage(name: string, outChannels: number, stride: number): LayerInput {
  const layers = [
    ...block(`${name}.0`, outChannels, stride, stride !== 1),
    ...block(`${name}.1`, outChannels, 1, false),
  ];
  return { sequence: { name, layers } };
}

export const resnet18: PresetDefinition = {
  description: "ResNet-18 with the layers and the names of torchvision.",
  layers: [
    {
      conv2d: {
        name: "conv1",
        outChannels: 64,
        kernelSize: 7,
        stride: 2,
        padding: 3,
        bias: false,
      },
    },
    { batchNorm2d: { name: "bn1" } },
    { relu: {} },
    { maxPool2d: { kernelSize: 3, stride: 2, padding: 1 } },
    stage("layer1", 64, 1),
    stage("layer2", 128, 2),
    stage("layer3", 256, 2),
    stage("layer4", 512, 2),
    { globalAvgPool: { name: "avgpool" } },
    { flatten: {} },
    { linear: { name: "fc" } },
  ],
};
