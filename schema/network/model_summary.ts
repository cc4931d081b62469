/** type ModelSummary, type LayerSummary */
import {
  type LayerSummary as Layer,
  type NetworkSummary,
  renderSummary,
} from "../../ml/network/summary.ts";
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

export const ModelSummary = builder.objectRef<NetworkSummary>("ModelSummary").implement({
  description: "Summary of a network: layers, output shapes, parameters and cost.",
  fields: (t) => ({
    name: t.exposeString("name", { description: "Name of the network." }),
    inputShape: t.intList({
      description: "Shape of one input sample: [channels, height, width].",
      resolve: (summary) => summary.inputShape,
    }),
    layers: t.field({
      type: [LayerSummary],
      description: "Layers, from input to output.",
      resolve: (summary) => summary.layers,
    }),
    totalParameters: t.exposeInt("totalParameters", {
      description: "Number of parameters.",
    }),
    trainableParameters: t.exposeInt("trainableParameters", {
      description: "Number of trainable parameters.",
    }),
    multiplyAdds: t.exposeFloat("multiplyAdds", {
      description: "Number of multiply-adds of a forward pass, per sample.",
    }),
    parameterBytes: t.exposeFloat("parameterBytes", {
      description: "Size of the parameters as float32, in bytes.",
    }),
    text: t.string({
      description: "The summary as a text table like torchinfo's, 80 columns wide.",
      resolve: renderSummary,
    }),
  }),
});
