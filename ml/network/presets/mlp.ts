/** A multilayer perceptron of two hidden layers. */
import type { PresetDefinition } from "./preset.ts";

export const mlp: PresetDefinition = {
  description: "Multilayer perceptron with hidden layers of 512 and 256.",
  layers: [
    { flatten: {} },
    { linear: { name: "fc1", outFeatures: 512 } },
    { relu: {} },
    { dropout: { p: 0.2 } },
    { linear: { name: "fc2", outFeatures: 256 } },
    { relu: {} },
    { linear: { name: "fc3" } },
  ],
};
