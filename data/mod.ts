/**
 * Datasets, samplers and a DataLoader with worker threads, after PyTorch's torch.utils.data.
 *
 * @example
 * ```ts ignore
 * import { DataLoader, MNIST, ToTensor } from "@epochql/epochql/data";
 *
 * const train = await MNIST(".epochql/data", { transform: ToTensor() });
 * for await (const [images, labels] of DataLoader(train, { batchSize: 64, shuffle: true })) {
 *   console.log(images.shape, labels.shape); // [64, 1, 28, 28] [64]
 * }
 * ```
 * @module
 */
export type { ImageDataset, IterableDataset, MapDataset, Split } from "./dataset.ts";
export { DatasetError } from "./errors.ts";
export { defaultCollate, defaultConvert } from "./loader/collate.ts";
export { DataLoader, getWorkerInfo, type LoaderOptions } from "./loader/loader.ts";
export {
  BatchSampler,
  RandomSampler,
  type Sampler,
  SequentialSampler,
  SubsetRandomSampler,
  WeightedRandomSampler,
} from "./loader/samplers.ts";
export { FashionMNIST, MNIST } from "./mnist.ts";
export { epochOrder, permutation, randomStream } from "./random.ts";
export { imageSamples, sampleAt } from "./samples.ts";
export { downloadDataset } from "./storage/download.ts";
export { openDataset } from "./storage/open.ts";
export type { Image, Tensor } from "./tensor.ts";
export {
  RandomAffine,
  RandomCrop,
  RandomHorizontalFlip,
  RandomRotation,
} from "./transforms/random_transforms.ts";
export { Compose, Lambda, Normalize, ToTensor, type Transform } from "./transforms/transforms.ts";
