/** type LayerSummary */
import type { LayerSummary as Layer } from "../../ml/network/summary.ts";
import { builder } from "../base/builder.ts";

export const LayerSummary = builder.objectRef<Layer>("LayerSummary").implement({
  description: "Layer of a network.",
  fields: (t) => ({
    name: t.exposeString("name", { description: "Name of the layer in its network: 'conv1'." }),
    kind: t.exposeString("kind", { description: "Kind of layer, by PyTorch's name: 'Conv2d'." }),
    outputShape: t.intList({
      description: "Output shape for one sample: [channels, height, width] or [features].",
      resolve: (layer) => layer.outputShape,
    }),
    parameters: t.exposeInt("parameters", { description: "Number of trainable parameters." }),
    multiplyAdds: t.exposeFloat("multiplyAdds", {
      description: "Number of multiply-adds per sample.",
    }),
  }),
});
