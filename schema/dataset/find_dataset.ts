/** Finds the datasets that arguments and runs name. */
import { type DatasetInfo, datasetNames, describeDataset } from "../../data/catalog.ts";
import type { ImageDataset, LabelledDataset, Split } from "../../data/dataset.ts";
import { DatasetError } from "../../data/errors.ts";
import { parseReference } from "../../data/reference.ts";
import type { DatasetDescriptions } from "../../data/storage/describe.ts";
import type { ApiContext } from "../base/context.ts";
import { badInput } from "../base/errors.ts";

/** The part of the context that describes datasets. */
export interface DescribingContext {
  readonly imports?: DatasetDescriptions | undefined;
}

/** The parts of the context that know datasets. */
export type DatasetContext = Pick<ApiContext, "datasets" | "imports">;

/**
 * Describes a dataset.
 *
 * @param reference its name, or name@version
 * @returns undefined if there is no such dataset
 * @throws {DatasetError} if it is damaged, or has another version
 */
export async function describe(
  reference: string,
  { imports }: DescribingContext,
): Promise<DatasetInfo | undefined> {
  const builtIn = datasetNames.find((name) => name === reference);
  return builtIn === undefined ? await imports?.describe(reference) : describeDataset(builtIn);
}

/**
 * Opens a part of the dataset of images that an argument names.
 *
 * @param purpose completes 'Cannot …'
 * @throws {GraphQLError} BAD_USER_INPUT if there is no such dataset, or it has vectors
 */
export async function openNamed(
  purpose: string,
  name: string,
  split: Split,
  context: DatasetContext,
): Promise<ImageDataset> {
  const info = await describe(name, context);
  if (info) return imagesOf(purpose, await context.datasets.open(info.reference, split));
  const { name: base, version } = parseReference(name);
  if (version !== undefined) {
    throw badInput(
      `Cannot ${purpose}: this version of the dataset '${base}' is not there; it may have been deleted.`,
      ["dataset"],
    );
  }
  const imported = await context.imports?.list() ?? [];
  const names = imported.flatMap(({ kind, name }) => kind === "ready" ? [name] : []);
  throw badInput(
    `Cannot ${purpose}: dataset must be ${
      [...datasetNames, ...names].join(" or ")
    }, got '${name}'.`,
    ["dataset"],
  );
}

/**
 * Returns a dataset as one of images.
 *
 * @param purpose completes 'Cannot …'
 * @throws {GraphQLError} BAD_USER_INPUT if it has vectors
 */
export function imagesOf(purpose: string, dataset: LabelledDataset): ImageDataset {
  if ("images" in dataset) return dataset;
  throw badInput(
    `Cannot ${purpose}: the samples of '${dataset.name}' must be images, got rows of features.`,
    ["dataset"],
  );
}

/**
 * Describes the dataset of a run, also if it was deleted.
 *
 * @returns undefined if nothing is known of it
 */
export async function describeTrained(
  reference: string,
  context: DescribingContext,
): Promise<DatasetInfo | undefined> {
  return await describeUsable(reference, context) ??
    await context.imports?.describeDeleted(reference);
}

/** Describes a dataset; undefined also if it is damaged, or has another version. */
async function describeUsable(
  reference: string,
  context: DescribingContext,
): Promise<DatasetInfo | undefined> {
  try {
    return await describe(reference, context);
  } catch (error) {
    if (error instanceof DatasetError) return undefined;
    throw error;
  }
}

/**
 * Returns the names of a run's classes; their labels where nothing is known of its dataset.
 *
 * @param count the number of classes
 */
export async function classNames(
  reference: string,
  count: number,
  context: DescribingContext,
): Promise<readonly string[]> {
  const info = await describeTrained(reference, context);
  return info?.classes ?? Array.from({ length: count }, (_, label) => String(label));
}
