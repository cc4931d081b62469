/** type LayerSummary */
import type { LayerSummary as Layer } from "../../ml/network/summary.ts";
import { builder } from "../base/builder.ts";

export const LayerSummary = builder.objectRef<Layer>("LayerSummary").implement({
  description: "One layer of a network.",
  fields: (t) => ({
    name: t.exposeString("name", { description: "The layer's name in its network: 'conv1'." }),
    kind: t.exposeString("kind", { description: "PyTorch's name of its kind: 'Conv2d'." }),
    outputShape: t.intList({
      description: "What it gives out for one sample: [channels, height, width] or [features].",
      resolve: (layer) => layer.outputShape,
    }),
    parameters: t.exposeInt("parameters", { description: "How many numbers it learns." }),
    multiplyAdds: t.exposeFloat("multiplyAdds", {
      description: "Multiply-adds for one sample, a whole number.",
    }),
  }),
});
