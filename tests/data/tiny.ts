/** Small datasets for tests. */
import type { ImageDataset } from "../../data/dataset.ts";

/** `count` images of 4 x 3 pixels that all differ, with labels 0, 1, 2, 0, 1, 2 ... */
export function tinyImages(count: number): ImageDataset {
  return {
    name: "tiny",
    split: "train",
    images: Uint8Array.from({ length: count * 12 }, (_, at) => (at * 37 + (at >> 4)) & 255),
    labels: Uint8Array.from({ length: count }, (_, at) => at % 3),
    count,
    imageShape: [4, 3, 1],
    classes: ["a", "b", "c"],
  };
}
