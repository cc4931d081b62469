/** Query.samples */
import type { ImageDataset } from "../../data/dataset.ts";
import { labelIndex } from "../../data/samples.ts";
import { builder } from "../../schema/base/builder.ts";
import { perItem } from "../../schema/base/cost.ts";
import { badCursor, fromCursor } from "../../schema/base/cursor.ts";
import { DEFAULT_DATASET } from "../../data/catalog.ts";
import { Split } from "../../schema/dataset/dataset.ts";
import { openNamed } from "../../schema/dataset/find_dataset.ts";
import { badInput } from "../../schema/base/errors.ts";
import { toPage } from "../../schema/base/page.ts";
import { intBetween } from "../../schema/base/validators.ts";
import { SampleConnection, toSample } from "../../schema/dataset/sample.ts";

const MAX_PAGE = 1000;
const DEFAULT_PAGE = 20;
const purpose = "page through samples";

builder.queryField("samples", (t) =>
  t.field({
    type: SampleConnection,
    description: "Samples of a dataset, in its order.",
    authScopes: { read: true },
    complexity: ({ first }) => perItem(first),
    args: {
      dataset: t.arg.string({
        defaultValue: DEFAULT_DATASET,
        description: "Name of the dataset.",
      }),
      split: t.arg({ type: Split, defaultValue: "train", description: "Part of the dataset." }),
      first: t.arg.int({
        defaultValue: DEFAULT_PAGE,
        description: `Maximum number of samples, 1 to ${MAX_PAGE}.`,
        validate: intBetween(purpose, "first", 1, MAX_PAGE),
      }),
      after: t.arg.string({
        description: "Only samples after this cursor: the previous page's `endCursor`.",
      }),
      offset: t.arg.int({
        defaultValue: 0,
        description: "Number of samples to skip.",
        validate: intBetween(purpose, "offset", 0),
      }),
      label: t.arg.int({ description: "Only samples of the class with this label." }),
    },
    resolve: async (_root, args, context) => {
      const name = args.dataset ?? DEFAULT_DATASET;
      const dataset = await openNamed(purpose, name, args.split ?? "train", context);
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
      const start = after === undefined ? 0 : 1 + indexOf(connection, after);
      const { samples, before, totalCount } = select(
        dataset,
        label,
        start,
        args.offset ?? 0,
        args.first ?? DEFAULT_PAGE,
      );
      return toPage(samples, {
        connection,
        placeOf: (sample) => String(sample.index),
        hasNextPage: before + samples.length < totalCount,
        hasPreviousPage: before > 0,
        totalCount,
      });
    },
  }));

function indexOf(connection: string, cursor: string): number {
  const place = fromCursor(connection, cursor);
  if (!/^\d{1,9}$/.test(place)) throw badCursor(connection, cursor);
  return Number(place);
}

/**
 * At most `limit` samples, of one class or of all, from the index `start` on and `offset` further, and how many
 * there are before.
 */
function select(
  dataset: ImageDataset,
  label: number | undefined,
  start: number,
  offset: number,
  limit: number,
) {
  const indices = label === undefined ? undefined : labelIndex(dataset, label);
  const totalCount = indices?.length ?? dataset.count;
  const beforeStart = indices?.filter((index) => index < start).length ?? start;
  const before = Math.min(beforeStart + offset, totalCount);
  const samples = Array.from(
    { length: Math.min(limit, totalCount - before) },
    (_, at) => toSample(dataset, indices?.[before + at] ?? before + at),
  );
  return { samples, before, totalCount };
}
