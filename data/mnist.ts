/** MNIST and Fashion-MNIST, as in torchvision.datasets. */
import { catalogEntry, type DatasetName } from "./catalog.ts";
import type { ImageDataset, MapDataset } from "./dataset.ts";
import { downloadDataset } from "./storage/download.ts";
import { readSplit } from "./storage/open.ts";
import { imageSamples, type SampleTransforms } from "./samples.ts";
import type { Image, Tensor } from "./tensor.ts";

/** Options of MNIST(). */
export interface MnistOptions<Input, Target> extends SampleTransforms<Input, Target> {
  /** True for the training set, false for the test set. Default: true. */
  readonly train?: boolean;
  /** Downloads missing and damaged files. Default: false. */
  readonly download?: boolean;
  /** Receives the progress of a download, line by line. */
  readonly log?: (line: string) => void;
}

/** One split of MNIST. A sample is an image and its label, after their transforms. */
export interface Mnist<Input, Target> extends MapDataset<readonly [input: Input, target: Target]> {
  at(index: number, epoch?: number): readonly [input: Input, target: Target] | undefined;
  /** All images, as published, [count, height, width]. */
  readonly data: Tensor<Uint8Array>;
  /** All labels, [count]. */
  readonly targets: Tensor<Uint8Array>;
  /** Names of the classes, by label. */
  readonly classes: readonly string[];
  readonly train: boolean;
  /** The split, as training engines use it. */
  readonly resident: ImageDataset;
}

/**
 * Opens a split of MNIST.
 *
 * @param root the folder of datasets: with `mnist/` of downloadDataset(), `MNIST/raw/` of torchvision, or the four
 * files themselves; plain or gzip
 * @throws {DatasetError} with the cause and the remedy
 *
 * @example
 * ```ts
 * import { DataLoader } from "./loader/loader.ts";
 * import { ToTensor } from "./transforms/transforms.ts";
 *
 * const train = await MNIST(".epochql/data", { transform: ToTensor(), download: true });
 * for await (const [images, labels] of DataLoader(train, { batchSize: 32, shuffle: true })) {
 *   console.log(images.shape, labels.shape); // [32, 1, 28, 28] [32]
 *   break;
 * }
 * ```
 */
export async function MNIST<Input = Image, Target = number>(
  root: string,
  options: MnistOptions<Input, Target> = {},
): Promise<Mnist<Input, Target>> {
  return await open("mnist", root, options);
}

/**
 * Opens a split of Fashion-MNIST from files of the user: its authors' four files, in `root` or in
 * `root/fashion-mnist/` or `root/FashionMNIST/raw/`.
 *
 * @throws {DatasetError} with the cause and the remedy
 */
export async function FashionMNIST<Input = Image, Target = number>(
  root: string,
  options: Omit<MnistOptions<Input, Target>, "download" | "log"> = {},
): Promise<Mnist<Input, Target>> {
  return await open("fashion-mnist", root, options);
}

async function open<Input, Target>(
  name: DatasetName,
  root: string,
  options: MnistOptions<Input, Target>,
): Promise<Mnist<Input, Target>> {
  const { train = true, download = false, log = () => {} } = options;
  if (download) await downloadDataset(name, root, log);
  const advice = name === "mnist" ? "Use download: true to fetch it." : undefined;
  const resident = await readSplit(catalogEntry(name), train ? "train" : "test", root, advice);
  const [height, width] = resident.imageShape;
  const samples = imageSamples(resident, options);
  return {
    ...samples,
    train,
    resident,
    classes: resident.classes,
    data: { shape: [resident.count, height, width], data: resident.images },
    targets: { shape: [resident.count], data: resident.labels },
  };
}
