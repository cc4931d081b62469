/** MNIST and Fashion-MNIST as torchvision.datasets has them. */
import { catalogEntry, type DatasetName } from "./catalog.ts";
import type { ImageDataset, MapDataset } from "./dataset.ts";
import { downloadDataset } from "./storage/download.ts";
import { readSplit } from "./storage/open.ts";
import { imageSamples, type SampleTransforms } from "./samples.ts";
import type { Image, Tensor } from "./tensor.ts";

/** Options of MNIST(). */
export interface MnistOptions<Input, Target> extends SampleTransforms<Input, Target> {
  /** The training set, or else the test set. Default: true. */
  readonly train?: boolean;
  /** Fetch what is missing or damaged. Default: false. */
  readonly download?: boolean;
  /** Told what a download does, a line each. */
  readonly log?: (line: string) => void;
}

/** One split of MNIST. A sample is an image and its label, after their transforms. */
export interface Mnist<Input, Target> extends MapDataset<readonly [input: Input, target: Target]> {
  at(index: number, epoch?: number): readonly [input: Input, target: Target] | undefined;
  /** All images as they were published, [count, height, width]. */
  readonly data: Tensor<Uint8Array>;
  /** All labels, [count]. */
  readonly targets: Tensor<Uint8Array>;
  /** The classes' names, by number. */
  readonly classes: readonly string[];
  readonly train: boolean;
  /** The same as the training engines take it. */
  readonly resident: ImageDataset;
}

/**
 * Opens a split of MNIST.
 *
 * @param root the folder below which datasets lie: `mnist/` as ensureDataset() makes it, `MNIST/raw/` as
 *   torchvision makes it, or the four files themselves; plain or gzip
 * @throws {DatasetError} saying what is wrong with the files, and what to do
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
 * Opens a split of Fashion-MNIST from files that the user brings: its authors' four files, in `root` or in
 * `root/fashion-mnist/` or `root/FashionMNIST/raw/`.
 *
 * @throws {DatasetError} saying what is wrong with the files, and what to do
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
