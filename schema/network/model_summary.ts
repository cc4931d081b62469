/** type ModelSummary */
import { type NetworkSummary, renderSummary } from "../../ml/network/summary.ts";
import { builder } from "../base/builder.ts";
import { LayerSummary } from "./layer_summary.ts";

export const ModelSummary = builder.objectRef<NetworkSummary>("ModelSummary").implement({
  description: "A network in numbers: its layers, their shapes, their parameters and their cost.",
  fields: (t) => ({
    name: t.exposeString("name", { description: "The network's name." }),
    inputShape: t.intList({
      description: "One sample as the network takes it: [channels, height, width].",
      resolve: (summary) => summary.inputShape,
    }),
    layers: t.field({
      type: [LayerSummary],
      description: "The layers, from input to output.",
      resolve: (summary) => summary.layers,
    }),
    totalParameters: t.exposeInt("totalParameters", {
      description: "How many parameters the network has.",
    }),
    trainableParameters: t.exposeInt("trainableParameters", {
      description: "How many of them are learned.",
    }),
    multiplyAdds: t.exposeFloat("multiplyAdds", {
      description: "Multiply-adds of a forward pass for one sample, a whole number.",
    }),
    parameterBytes: t.exposeFloat("parameterBytes", {
      description: "The size of the parameters as float32 values, in bytes.",
    }),
    text: t.string({
      description: "The same as a table in the manner of torchinfo, 80 columns wide.",
      resolve: renderSummary,
    }),
  }),
});
