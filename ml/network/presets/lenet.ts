/** LeNet-5 (LeCun et al., 1998) with ReLU and max pooling. */
import type { PresetDefinition } from "./preset.ts";

export const lenet: PresetDefinition = {
  description: "LeNet-5 with ReLU and max pooling.",
  layers: [
    { conv2d: { name: "conv1", outChannels: 6, kernelSize: 5, padding: 2 } },
    { relu: {} },
    { maxPool2d: { kernelSize: 2 } },
    { conv2d: { name: "conv2", outChannels: 16, kernelSize: 5 } },
    { relu: {} },
    { maxPool2d: { kernelSize: 2 } },
    { flatten: {} },
    { linear: { name: "fc1", outFeatures: 120 } },
    { relu: {} },
    { linear: { name: "fc2", outFeatures: 84 } },
    { relu: {} },
    { linear: { name: "fc3" } },
  ],
};
