/** Every GraphQL operation of the Data panel, and names for the types that follow from them. */
import { type DataOf, graphql, operation, type VariablesIn } from "../api/operation.ts";

/** A dataset, without its samples. */
export type Dataset = DataOf<typeof DATASETS_QUERY>["datasets"][number];

/** A sample as the grid shows it. Its image is a data URI of a PNG file; that of a digit is white on black. */
export type Sample = DataOf<typeof SAMPLES_QUERY>["samples"]["nodes"][number];

/** A batch, drawn. */
export type Batch = DataOf<typeof BATCH_QUERY>["batch"];

/** Selects samples of a dataset: its split, and one class or all of them. */
export type Selection =
  & Pick<VariablesIn<typeof SAMPLES_QUERY>, "dataset" | "split">
  & { readonly label: number | null };

/** Selects a batch of a dataset. Without a seed, samples are in the dataset's order. */
export type BatchChoice = VariablesIn<typeof BATCH_QUERY>;

/** Half of a dataset. */
export type Split = Selection["split"];

/** The colours of a picture. */
export type PictureTheme = BatchChoice["theme"];

export const DATASETS_QUERY = operation(graphql(/* GraphQL */ `query Datasets {
  datasets {
    name
    version
    state
    imported
    total
    problem
    problemCount
    trainSize
    testSize
    classes
    imageShape
    columns
    mean
    std
    createdAt
  }
}`));

export const DATASET_USES_QUERY = operation(graphql(/* GraphQL */ `query DatasetUses {
  datasets { name bytes runCount }
}`));

export const CLASS_COUNTS_QUERY = operation(
  graphql(/* GraphQL */ `query ClassCounts($name: String!, $split: Split!) {
  dataset(name: $name) { classCounts(split: $split) }
}`),
);

export const SAMPLES_QUERY = operation(
  graphql(
    /* GraphQL */ `query Samples($dataset: String!, $split: Split!, $label: Int, $offset: Int!, $first: Int!) {
  samples(dataset: $dataset, split: $split, label: $label, offset: $offset, first: $first) {
    totalCount
    nodes { id index label className image }
  }
}`,
  ),
);

export const PICTURE_QUERY = operation(
  graphql(
    /* GraphQL */ `query Picture($dataset: String!, $split: Split!, $label: Int, $offset: Int!, $theme: Theme!) {
  samples(dataset: $dataset, split: $split, label: $label, offset: $offset, first: 20) {
    totalCount
    picture(theme: $theme) { svg png }
  }
}`,
  ),
);

export const BATCH_QUERY = operation(graphql(/* GraphQL */ `query Batch(
  $dataset: String!
  $split: Split!
  $batchSize: Int!
  $seed: Int
  $number: Int!
  $theme: Theme!
) {
  batch(dataset: $dataset, split: $split, batchSize: $batchSize, seed: $seed, number: $number) {
    number
    batches
    shape
    labels
    picture(theme: $theme) { svg }
  }
}`));
