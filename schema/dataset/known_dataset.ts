/** Datasets as the API shows them, whatever their state is: built-in ones, imported ones, and imports. */
import { type DatasetName, datasetNames, describeDataset } from "../../data/catalog.ts";
import type { Split } from "../../data/dataset.ts";
import type { ImportProblem } from "../../data/imported/error.ts";
import type { ImportedDataset } from "../../imports/datasets.ts";
import { channelsOf } from "../../data/images/preprocessing.ts";
import type { ApiContext } from "../base/context.ts";

/** A dataset. What is not known yet is empty. */
export interface KnownDataset {
  readonly name: string;
  readonly version: string;
  readonly state: "IMPORTING" | "READY" | "FAILED" | "CANCELLED";
  readonly imported: number;
  readonly total: number | null;
  readonly problem: string | null;
  readonly problems: readonly ImportProblem[];
  readonly problemCount: number;
  readonly trainSize: number;
  readonly testSize: number;
  readonly classes: readonly string[];
  /** Undefined for a built-in dataset, whose labels must be read. */
  readonly classCounts: { readonly [split in Split]: readonly number[] } | undefined;
  /** [height, width, channels] of a sample, or empty. */
  readonly imageShape: readonly number[];
  /** The names of a table's features; empty where there are none. */
  readonly columns: readonly string[];
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly bytes: number;
  readonly createdAt: string;
}

/** Times at which the built-in datasets were published. */
const PUBLISHED: { readonly [name in DatasetName]: string } = {
  "mnist": "1998-11-01T00:00:00.000Z",
  "fashion-mnist": "2017-08-25T00:00:00.000Z",
};

/** Lists all datasets: the built-in ones, then the others by name. */
export async function listKnown(
  { imports }: Pick<ApiContext, "imports">,
): Promise<readonly KnownDataset[]> {
  return [...datasetNames.map(ofBuiltIn), ...(await imports?.list() ?? []).map(ofImported)];
}

/** Finds a dataset by its name. */
export async function findKnown(
  name: string,
  { imports }: Pick<ApiContext, "imports">,
): Promise<KnownDataset | undefined> {
  const builtIn = datasetNames.find((known) => known === name);
  if (builtIn !== undefined) return ofBuiltIn(builtIn);
  const found = await imports?.find(name);
  return found && ofImported(found);
}

/** Shows a built-in dataset. It has no version: its name stands for the same samples everywhere. */
function ofBuiltIn(builtIn: DatasetName): KnownDataset {
  const { name, trainSize, testSize, classes, imageShape, mean, std } = describeDataset(builtIn);
  const count = trainSize + testSize;
  const values = imageShape.reduce((product, size) => product * size, 1);
  return {
    ...NOTHING_YET,
    ...{ name, trainSize, testSize, classes, imageShape, mean, std },
    state: "READY",
    imported: count,
    total: count,
    classCounts: undefined,
    // A byte for each label.
    bytes: count * (values + 1),
    createdAt: PUBLISHED[builtIn],
  };
}

/** Shows an imported dataset, or an import. */
export function ofImported(dataset: ImportedDataset): KnownDataset {
  const { name } = dataset;
  if (dataset.kind === "ready") {
    const { version, content, columns = [], createdAt, problems, problemCount } = dataset.manifest;
    const { train, test, classes, imageShape, mean, std } = content;
    const count = train.count + test.count;
    return {
      ...NOTHING_YET,
      ...{ name, version, classes, imageShape, columns, mean, std },
      ...{ createdAt, problems, problemCount },
      state: "READY",
      imported: count,
      total: count,
      trainSize: train.count,
      testSize: test.count,
      classCounts: { train: train.classCounts, test: test.classCounts },
      bytes: train.bytes + test.bytes,
    };
  }
  const { request: { createdAt, images }, state: { sample, labels: _, position: __, ...state } } =
    dataset;
  const wanted = images ? [images.height, images.width, channelsOf(images.color)] : [];
  return { ...NOTHING_YET, name, ...state, imageShape: sample?.imageShape ?? wanted, createdAt };
}

const NOTHING_YET = {
  version: "",
  problem: null,
  problems: [],
  problemCount: 0,
  trainSize: 0,
  testSize: 0,
  classes: [],
  classCounts: { train: [], test: [] },
  columns: [],
  mean: [],
  std: [],
  bytes: 0,
} as const;
