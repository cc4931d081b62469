/** type Dataset */
import type { DatasetInfo } from "../../data/catalog.ts";
import { builder } from "../base/builder.ts";

export const Dataset = builder.objectRef<DatasetInfo>("Dataset").implement({
  description: "A set of labelled images.",
  fields: (t) => ({
    name: t.exposeString("name", { description: "What `samples` and `batch` call it: 'mnist'." }),
    trainSize: t.exposeInt("trainSize", {
      description: "How many samples there are to learn from.",
    }),
    testSize: t.exposeInt("testSize", { description: "How many samples there are to test on." }),
    classes: t.stringList({
      description: "The names of the classes, by their number.",
      resolve: (dataset) => dataset.classes,
    }),
    imageShape: t.intList({
      description: "One image: [channels, height, width].",
      resolve: ({ imageShape: [height, width, channels] }) => [channels, height, width],
    }),
  }),
});
