/** Reading datasets from disk: the real one, other layouts, and every kind of damage. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { assertErrorMatch, assertFails } from "../../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import { gzipSync } from "node:zlib";
import type { DatasetErrorKind } from "../../../data/errors.ts";
import { findDataset, openDataset } from "../../../data/storage/open.ts";
import { copyMnist, encodeIdx, encodeSplit, mnistPerSuite } from "../files.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";

const mnist = mnistPerSuite();
const folder = folderPerTest();

describe("openDataset()", () => {
  it("reads MNIST", async () => {
    const train = await openDataset("mnist", "train", mnist.path);
    assertEquals(train.count, 60_000);
    assertEquals(train.images.length, 60_000 * 28 * 28);
    assertEquals(train.imageShape, [28, 28, 1]);
    assertEquals([...train.labels.subarray(0, 10)], [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    const mean = train.images.reduce((sum, pixel) => sum + pixel, 0) / train.images.length / 255;
    assertEquals(mean.toFixed(4), "0.1307");
    const test = await openDataset("mnist", "test", mnist.path);
    assertEquals(test.count, 10_000);
    assertEquals([...test.labels.subarray(0, 5)], [7, 2, 1, 0, 4]);
  });

  for (
    const [what, place, isPacked] of [
      ["gzipped files", "mnist", true],
      ["torchvision's folder", "MNIST/raw", false],
      ["files in the folder itself", ".", true],
    ] as const
  ) {
    it(`reads ${what}`, async () => {
      await Deno.mkdir(folder.join(place), { recursive: true });
      for (const file of ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"]) {
        const bytes = await Deno.readFile(mnist.join("mnist", file));
        const packed = isPacked ? gzipSync(bytes, { level: 1 }) : bytes;
        await Deno.writeFile(folder.join(place, isPacked ? `${file}.gz` : file), packed);
      }
      assertEquals(await findDataset("mnist", folder.path), folder.join(place));
      const whole = await openDataset("mnist", "test", mnist.path);
      const read = await openDataset("mnist", "test", folder.path);
      assertEquals(read.labels, whole.labels);
      assertEquals(read.images, whole.images);
    });
  }

  it("reads Fashion-MNIST by the same code from a folder the user names", async () => {
    const { images, labels } = encodeSplit(10_000);
    await Deno.writeFile(folder.join("t10k-images-idx3-ubyte.gz"), gzipSync(images));
    await Deno.writeFile(folder.join("t10k-labels-idx1-ubyte.gz"), gzipSync(labels));
    const test = await openDataset("fashion-mnist", "test", folder.path);
    assertEquals(test.name, "fashion-mnist");
    assertEquals(test.count, 10_000);
    assertEquals(test.classes[9], "Ankle boot");
    assert(test.images.every((pixel) => pixel === 7));
  });

  it("refuses another dataset in place of MNIST, though its form is right", async () => {
    await copyMnist(mnist.path, folder.path);
    const path = folder.join("mnist", "t10k-images-idx3-ubyte");
    const bytes = await Deno.readFile(path);
    bytes[5000] = 1;
    await Deno.writeFile(path, bytes);
    await assertFails(openDataset("mnist", "test", folder.path), {
      name: "DatasetError",
      kind: "foreign",
      message:
        `Cannot read ${path}: it must be the file of MNIST as published, got other bytes in the ` +
        "same form (their sha256 differs). Run: deno task setup.",
    });
    assertEquals((await openDataset("mnist", "train", folder.path)).count, 60_000);
  });

  it("names the known datasets when asked for another", async () => {
    await assertFails(openDataset("cifar10", "train", mnist.path), {
      kind: "unknown-dataset",
      message: "Cannot use dataset 'cifar10': dataset must be one of mnist, fashion-mnist.",
    });
  });
});

const SPLIT = encodeSplit(10_000);
const PACKED = gzipSync(SPLIT.images);
const FEWER = encodeSplit(50);

/** Files in place of the right ones. */
interface Damage {
  readonly images?: Uint8Array | "folder";
  readonly labels?: Uint8Array;
}

/** Damages of the test split of a Fashion-MNIST folder, and their errors. */
const DAMAGES: readonly (readonly [what: string, Damage, DatasetErrorKind, says: RegExp])[] = [
  ["a web page", { images: new TextEncoder().encode("<html>") }, "not-idx", /got 3c 68/],
  ["an empty file", { images: new Uint8Array() }, "truncated", /4 bytes, got 0/],
  [
    "a file that ends early",
    { images: SPLIT.images.subarray(0, 1000) },
    "truncated",
    /must hold 7,840,016 bytes, got 1,000/,
  ],
  [
    "a file with a byte too many",
    { images: Uint8Array.from([...SPLIT.images, 0]) },
    "too-long",
    /must end after 7,840,016 bytes, got 7,840,017/,
  ],
  [
    "a file of far too many bytes",
    { images: new Uint8Array(9_000_000) },
    "too-long",
    /at most 7,905,552 bytes, got 9,000,000/,
  ],
  [
    "a gzip stream that ends early",
    { images: PACKED.subarray(0, PACKED.length - 9) },
    "damaged-gzip",
    /must be a whole gzip stream/,
  ],
  [
    "a gzip stream of too much",
    { images: gzipSync(new Uint8Array(9_000_000)) },
    "too-long",
    /unpacked it must hold at most 7,840,016 bytes/,
  ],
  [
    "labels in place of images",
    { images: SPLIT.labels },
    "wrong-shape",
    /must be an array of 10000 x 28 x 28, got 10000\./,
  ],
  [
    "images of another size",
    { images: encodeIdx([10, 32, 32], new Uint8Array(10 * 1024)) },
    "wrong-shape",
    /got 10 x 32 x 32/,
  ],
  ["fewer samples", FEWER, "wrong-count", /must have 10000 images, got 50/],
  [
    "fewer labels than images",
    { labels: encodeSplit(9_999).labels },
    "counts-differ",
    /as many labels as images, got 9999 labels in .* and 10000 images in/,
  ],
  [
    "a label that is no class",
    { labels: encodeIdx([10_000], new Uint8Array(10_000).fill(10, 41, 42)) },
    "wrong-labels",
    /labels must be between 0 and 9, got 10 \(sample 41\)/,
  ],
  ["a folder in place of a file", { images: "folder" }, "unreadable", /got a folder/],
];

describe("openDataset() of damaged files", () => {
  for (const [what, { images = SPLIT.images, labels = SPLIT.labels }, kind, says] of DAMAGES) {
    it(`says what is wrong with ${what}`, async () => {
      const path = folder.join("t10k-images-idx3-ubyte");
      if (images === "folder") await Deno.mkdir(path);
      else await Deno.writeFile(path, images);
      await Deno.writeFile(folder.join("t10k-labels-idx1-ubyte"), labels);
      const error = await assertRejects(
        () => openDataset("fashion-mnist", "test", folder.path),
        Error,
      );
      assertErrorMatch(error, { name: "DatasetError", kind, message: /^Cannot read / });
      assertMatch(error.message, says);
      assertMatch(error.message, /(Put the four files of https:.*|Move the folder away\.)$/);
    });
  }

  it("says where missing files belong", async () => {
    const path = folder.join("mnist", "train-images-idx3-ubyte");
    await assertFails(openDataset("mnist", "train", folder.path), {
      kind: "missing",
      message: `Cannot read ${path}: the file must exist, got none. Run: deno task setup.`,
    });
    await assertFails(openDataset("fashion-mnist", "train", folder.path), {
      kind: "missing",
      message: /Put the four files of https:\/\/github\.com\/zalandoresearch\/fashion-mnist into/,
    });
  });
});
