/** The dataset that the form trains on: its shape decides what networks and plans come to. */
import { DEFAULT_DATASET, describeDataset } from "../../../../data/catalog.ts";
import type { DatasetShape } from "../../../../ml/spec/spec.ts";

/** A dataset that can be trained on. */
export interface ChosenDataset extends DatasetShape {
  readonly name: string;
}

/** The dataset of a form where nothing was chosen. */
export const DEFAULT_CHOICE: ChosenDataset = describeDataset(DEFAULT_DATASET);
