/** type Dataset */
import type { DatasetInfo } from "../../data/catalog.ts";
import { builder } from "../base/builder.ts";

export const Dataset = builder.objectRef<DatasetInfo>("Dataset").implement({
  description: "Dataset of labelled images.",
  fields: (t) => ({
    name: t.exposeString("name", {
      description: "Name for the `dataset` argument of `samples` and `batch`: 'mnist'.",
    }),
    trainSize: t.exposeInt("trainSize", {
      description: "Number of training samples.",
    }),
    testSize: t.exposeInt("testSize", { description: "Number of test samples." }),
    classes: t.stringList({
      description: "Class names, in label order.",
      resolve: (dataset) => dataset.classes,
    }),
    imageShape: t.intList({
      description: "Shape of one image: [channels, height, width].",
      resolve: ({ imageShape: [height, width, channels] }) => [channels, height, width],
    }),
  }),
});
