/** type Dataset, enum Split, and the rule for the argument `dataset` */
import { type DatasetInfo, datasetNames } from "../../data/catalog.ts";
import { builder } from "../base/builder.ts";
import { z } from "zod";

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

/**
 * Makes the rule for an argument that names a dataset.
 *
 * @param purpose completes 'Cannot …'
 */
export function datasetName(purpose: string) {
  return z.string().refine((name) => datasetNames.some((known) => known === name), {
    error: ({ input }) =>
      `Cannot ${purpose}: dataset must be ${datasetNames.join(" or ")}, got '${input}'.`,
  });
}

export const Split = builder.enumType("Split", {
  description: "Part of a dataset.",
  values: {
    TRAIN: { value: "train", description: "Training set." },
    TEST: { value: "test", description: "Test set." },
  } as const,
});
