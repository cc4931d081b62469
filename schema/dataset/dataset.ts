/** type Dataset, enum Split; import_fields.ts has more fields */
import { labelIndex } from "../../data/samples.ts";
import { builder } from "../base/builder.ts";
import type { ApiContext } from "../base/context.ts";
import { COST } from "../base/cost.ts";
import type { KnownDataset } from "./known_dataset.ts";

/** The runs of all datasets by name, counted once for an operation. */
const counted = new WeakMap<object, Promise<ReadonlyMap<string, number>>>();

function runCounts(context: Pick<ApiContext, "store">): Promise<ReadonlyMap<string, number>> {
  return counted.getOrInsertComputed(context, () => context.store.countByDataset());
}

export const Split = builder.enumType("Split", {
  description: "Part of a dataset.",
  values: {
    TRAIN: { value: "train", description: "Training set." },
    TEST: { value: "test", description: "Test set." },
  } as const,
});

export const Dataset = builder.objectRef<KnownDataset>("Dataset").implement({
  description: "Dataset of labelled images or of rows of features: built-in, or imported.",
  fields: (t) => ({
    name: t.exposeString("name", {
      description: "Name for the `dataset` argument of `samples` and `batch`: 'mnist'.",
    }),
    version: t.exposeString("version", {
      description:
        "SHA-256 of the content of an imported dataset; empty for a built-in one and until the import has ended.",
    }),
    trainSize: t.exposeInt("trainSize", {
      description: "Number of training samples.",
    }),
    testSize: t.exposeInt("testSize", { description: "Number of test samples." }),
    classes: t.stringList({
      description: "Class names, in label order.",
      resolve: (dataset) => dataset.classes,
    }),
    classCounts: t.intList({
      description: "Number of samples of each class, in label order.",
      complexity: COST.lookup,
      args: {
        split: t.arg({ type: Split, defaultValue: "train", description: "Part of the dataset." }),
      },
      resolve: async ({ name, classes, classCounts }, args, { datasets }) => {
        const split = args.split ?? "train";
        if (classCounts) return classCounts[split];
        const part = await datasets.open(name, split);
        return classes.map((_, label) => labelIndex(part, label).length);
      },
    }),
    imageShape: t.intList({
      description:
        "Shape of one image: [channels, height, width]; [features, 1, 1] for rows of features. Empty until it " +
        "is known.",
      resolve: ({ imageShape: [height, width, channels] }) =>
        height === undefined || width === undefined || channels === undefined
          ? []
          : [channels, height, width],
    }),
    columns: t.stringList({
      description:
        "Names of the features of a table, in their order; empty for images and for tables without names.",
      resolve: ({ columns }) => columns,
    }),
    mean: t.floatList({
      description: "Mean of each channel of the training set, of values from 0 to 1.",
      resolve: ({ mean }) => mean,
    }),
    std: t.floatList({
      description: "Standard deviation of each channel of the training set.",
      resolve: ({ std }) => std,
    }),
    bytes: t.exposeFloat("bytes", { description: "Size of its samples and labels, in bytes." }),
    runCount: t.int({
      description: "Number of runs on it, whatever its version and their state.",
      complexity: COST.lookup,
      resolve: async ({ name }, _args, context) => (await runCounts(context)).get(name) ?? 0,
    }),
  }),
});
