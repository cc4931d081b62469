/** Every GraphQL operation of the Data panel, with the type of its answer. */
import { operation } from "../api/operation.ts";

export type Split = "TRAIN" | "TEST";
export type PictureTheme = "LIGHT" | "DARK";

/** A dataset, without its samples. */
export interface Dataset {
  readonly name: string;
  readonly trainSize: number;
  readonly testSize: number;
  /** The classes' names, by number. */
  readonly classes: readonly string[];
}

/** A sample as the grid shows it. */
export interface Sample {
  readonly id: string;
  readonly index: number;
  readonly label: number;
  readonly className: string;
  /** A PNG file as a data URI, white on black. */
  readonly image: string;
}

// Aliases and not interfaces: only they fit Record<string, unknown>.

/** Which samples are looked at. */
export type Selection = {
  readonly dataset: string;
  readonly split: Split;
  /** Only this class; all of them if null. */
  readonly label: number | null;
};

export type BatchChoice = {
  readonly dataset: string;
  readonly split: Split;
  readonly batchSize: number;
  /** null: in the dataset's order. */
  readonly seed: number | null;
  readonly number: number;
  readonly theme: PictureTheme;
};

export const DATASETS_QUERY = operation<{ datasets: readonly Dataset[] }>(
  /* GraphQL */ `query Datasets {
  datasets { name trainSize testSize classes }
}`,
);

export const SAMPLES_QUERY = operation<
  { samples: { totalCount: number; nodes: readonly Sample[] } },
  Selection & { readonly offset: number; readonly first: number }
>(
  /* GraphQL */ `query Samples($dataset: String!, $split: Split!, $label: Int, $offset: Int!, $first: Int!) {
  samples(dataset: $dataset, split: $split, label: $label, offset: $offset, first: $first) {
    totalCount
    nodes { id index label className image }
  }
}`,
);

export const PICTURE_QUERY = operation<
  { samples: { totalCount: number; picture: { svg: string; png: string } } },
  Selection & { readonly offset: number; readonly theme: PictureTheme }
>(
  /* GraphQL */ `query Picture($dataset: String!, $split: Split!, $label: Int, $offset: Int!, $theme: Theme!) {
  samples(dataset: $dataset, split: $split, label: $label, offset: $offset, first: 20) {
    totalCount
    picture(theme: $theme) { svg png }
  }
}`,
);

export const BATCH_QUERY = operation<
  {
    batch: {
      readonly number: number;
      readonly batches: number;
      readonly shape: readonly number[];
      readonly labels: readonly number[];
      readonly picture: { readonly svg: string };
    };
  },
  BatchChoice
>(
  /* GraphQL */ `query Batch(
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
}`,
);
