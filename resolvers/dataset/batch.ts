/** Query.batch */
import { DataLoader } from "../../data/loader/loader.ts";
import { MAX_SEED } from "../../data/random.ts";
import { imageSamples } from "../../data/samples.ts";
import { builder } from "../../schema/base/builder.ts";
import { COST, perItem } from "../../schema/base/cost.ts";
import { DEFAULT_DATASET } from "../../data/catalog.ts";
import { Split } from "../../schema/dataset/dataset.ts";
import { openNamed } from "../../schema/dataset/find_dataset.ts";
import { badInput } from "../../schema/base/errors.ts";
import { intBetween } from "../../schema/base/validators.ts";
import { SampleBatch } from "../../schema/dataset/sample_batch.ts";

/** An answer holds every value as text. */
const MAX_BATCH = 256;
const DEFAULT_BATCH = 32;
const purpose = "load a batch";

builder.queryField("batch", (t) =>
  t.field({
    type: SampleBatch,
    description:
      "One batch from the DataLoader. With a seed, shuffled as in a run with that seed; otherwise in the " +
      "dataset's order.",
    authScopes: { read: true },
    complexity: ({ batchSize }) => perItem(batchSize, COST.batch),
    args: {
      dataset: t.arg.string({
        defaultValue: DEFAULT_DATASET,
        description: "Name of the dataset.",
      }),
      split: t.arg({ type: Split, defaultValue: "train", description: "Part of the dataset." }),
      batchSize: t.arg.int({
        defaultValue: DEFAULT_BATCH,
        description: `Samples per batch, 1 to ${MAX_BATCH}. The epoch's last batch may be smaller.`,
        validate: intBetween(purpose, "batchSize", 1, MAX_BATCH),
      }),
      seed: t.arg.int({
        description: "Seed to shuffle with; each epoch has its own order. Default: not shuffled.",
        validate: intBetween(purpose, "seed", 0, MAX_SEED),
      }),
      epoch: t.arg.int({
        defaultValue: 1,
        description: "Number of the epoch, from 1.",
        validate: intBetween(purpose, "epoch", 1),
      }),
      number: t.arg.int({
        defaultValue: 1,
        description: "Number of the batch within the epoch, from 1.",
        validate: intBetween(purpose, "number", 1),
      }),
    },
    resolve: async (_root, args, context) => {
      const name = args.dataset ?? DEFAULT_DATASET;
      const dataset = await openNamed(purpose, name, args.split ?? "train", context);
      const samples = imageSamples(dataset);
      const numbered = {
        length: samples.length,
        at(index: number) {
          const sample = samples.at(index);
          return sample && [...sample, index] as const;
        },
      };
      const seed = args.seed ?? undefined;
      await using loader = DataLoader(numbered, {
        batchSize: args.batchSize ?? DEFAULT_BATCH,
        shuffle: seed !== undefined,
        generator: seed,
      });
      const number = args.number ?? 1;
      if (number > loader.length) {
        throw badInput(
          `Cannot ${purpose}: number must be between 1 and ${loader.length}, got ${number}.`,
          ["number"],
        );
      }
      const [images, _labels, indices] = await loader.batch(args.epoch ?? 1, number);
      return { dataset, number, batches: loader.length, images, indices: [...indices.data] };
    },
  }));
