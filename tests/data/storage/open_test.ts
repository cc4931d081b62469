/** Reading datasets from disk: the real one, other layouts, and every kind of damage. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { assertErrorMatch } from "../../support/errors.ts";
import { after, before, describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { DatasetErrorKind } from "../../../data/errors.ts";
import { findDataset, openDataset } from "../../../data/storage/open.ts";
import { copyMnist, encodeIdx, encodeSplit, makeMnist, withFolder } from "../files.ts";

let mnist = "";
before(async () => {
  mnist = await makeMnist();
});
after(() => Deno.remove(mnist, { recursive: true }));

describe("openDataset()", () => {
  it("reads MNIST", async () => {
    const train = await openDataset("mnist", "train", mnist);
    assertEquals(train.count, 60_000);
    assertEquals(train.images.length, 60_000 * 28 * 28);
    assertEquals(train.imageShape, [28, 28, 1]);
    assertEquals([...train.labels.subarray(0, 10)], [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    const mean = train.images.reduce((sum, pixel) => sum + pixel, 0) / train.images.length / 255;
    assertEquals(mean.toFixed(4), "0.1307");
    const test = await openDataset("mnist", "test", mnist);
    assertEquals(test.count, 10_000);
    assertEquals([...test.labels.subarray(0, 5)], [7, 2, 1, 0, 4]);
  });

  it("reads gzipped files, torchvision's folder, and files in the folder itself alike", async () => {
    const whole = await openDataset("mnist", "test", mnist);
    const files = ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"] as const;
    for (const [place, pack] of [["mnist", true], ["MNIST/raw", false], [".", true]] as const) {
      await withFolder(async (folder) => {
        await Deno.mkdir(join(folder, place), { recursive: true });
        for (const file of files) {
          const bytes = await Deno.readFile(join(mnist, "mnist", file));
          const path = join(folder, place, pack ? `${file}.gz` : file);
          await Deno.writeFile(path, pack ? gzipSync(bytes, { level: 1 }) : bytes);
        }
        assertEquals(await findDataset("mnist", folder), join(folder, place));
        const read = await openDataset("mnist", "test", folder);
        assertEquals(read.labels, whole.labels);
        assertEquals(read.images, whole.images);
      });
    }
  });

  it("reads Fashion-MNIST by the same code from a folder the user names", async () => {
    await withFolder(async (folder) => {
      const { images, labels } = encodeSplit(10_000);
      await Deno.writeFile(join(folder, "t10k-images-idx3-ubyte.gz"), gzipSync(images));
      await Deno.writeFile(join(folder, "t10k-labels-idx1-ubyte.gz"), gzipSync(labels));
      const test = await openDataset("fashion-mnist", "test", folder);
      assertEquals(test.name, "fashion-mnist");
      assertEquals(test.count, 10_000);
      assertEquals(test.classes[9], "Ankle boot");
      assert(test.images.every((pixel) => pixel === 7));
    });
  });

  it("refuses another dataset in place of MNIST, though its form is right", async () => {
    await withFolder(async (folder) => {
      await copyMnist(mnist, folder);
      const path = join(folder, "mnist", "t10k-images-idx3-ubyte");
      const bytes = await Deno.readFile(path);
      bytes[5000] = 1;
      await Deno.writeFile(path, bytes);
      assertErrorMatch(await assertRejects(() => openDataset("mnist", "test", folder)), {
        name: "DatasetError",
        kind: "foreign",
        message:
          `Cannot read ${path}: it must be the file of MNIST as published, got other bytes in the ` +
          "same form (their sha256 differs). Run: deno task setup.",
      });
      assertEquals((await openDataset("mnist", "train", folder)).count, 60_000);
    });
  });

  it("names the known datasets when asked for another", async () => {
    assertErrorMatch(await assertRejects(() => openDataset("cifar10", "train", mnist)), {
      kind: "unknown-dataset",
      message: "Cannot use dataset 'cifar10': dataset must be one of mnist, fashion-mnist.",
    });
  });
});

/** How the test split of a Fashion-MNIST folder is damaged, and what is said about it. */
const DAMAGES: readonly {
  readonly damage: string;
  readonly images?: Uint8Array | "folder";
  readonly labels?: Uint8Array;
  readonly kind: DatasetErrorKind;
  readonly says: RegExp;
}[] = (() => {
  const { images, labels } = encodeSplit(10_000);
  const wrongLabel = encodeIdx([10_000], new Uint8Array(10_000).fill(10, 41, 42));
  const packed = gzipSync(images);
  return [
    {
      damage: "a web page",
      images: new TextEncoder().encode("<html>"),
      kind: "not-idx",
      says: /got 3c 68/,
    },
    {
      damage: "an empty file",
      images: new Uint8Array(),
      kind: "truncated",
      says: /4 bytes, got 0/,
    },
    {
      damage: "a file that ends early",
      images: images.subarray(0, 1000),
      kind: "truncated",
      says: /must hold 7,840,016 bytes, got 1,000/,
    },
    {
      damage: "a file with a byte too many",
      images: Uint8Array.from([...images, 0]),
      kind: "too-long",
      says: /must end after 7,840,016 bytes, got 7,840,017/,
    },
    {
      damage: "a file of far too many bytes",
      images: new Uint8Array(9_000_000),
      kind: "too-long",
      says: /at most 7,905,552 bytes, got 9,000,000/,
    },
    {
      damage: "a gzip stream that ends early",
      images: packed.subarray(0, packed.length - 9),
      kind: "damaged-gzip",
      says: /must be a whole gzip stream/,
    },
    {
      damage: "a gzip stream of too much",
      images: gzipSync(new Uint8Array(9_000_000)),
      kind: "too-long",
      says: /unpacked it must hold at most 7,840,016 bytes/,
    },
    {
      damage: "labels in place of images",
      images: labels,
      kind: "wrong-shape",
      says: /must be an array of 10000 x 28 x 28, got 10000\./,
    },
    {
      damage: "images of another size",
      images: encodeIdx([10, 32, 32], new Uint8Array(10 * 1024)),
      kind: "wrong-shape",
      says: /got 10 x 32 x 32/,
    },
    {
      damage: "fewer samples",
      images: encodeSplit(50).images,
      labels: encodeSplit(50).labels,
      kind: "wrong-count",
      says: /must have 10000 images, got 50/,
    },
    {
      damage: "fewer labels than images",
      labels: encodeSplit(9_999).labels,
      kind: "counts-differ",
      says: /as many labels as images, got 9999 labels in .* and 10000 images in/,
    },
    {
      damage: "a label that is no class",
      labels: wrongLabel,
      kind: "wrong-labels",
      says: /labels must be between 0 and 9, got 10 \(sample 41\)/,
    },
    {
      damage: "a folder in place of a file",
      images: "folder",
      kind: "unreadable",
      says: /got a folder/,
    },
  ];
})();

describe("openDataset() of damaged files", () => {
  for (const { damage, kind, says, ...files } of DAMAGES) {
    it(`says what is wrong with ${damage}`, async () => {
      await withFolder(async (folder) => {
        const whole = encodeSplit(10_000);
        const images = join(folder, "t10k-images-idx3-ubyte");
        if (files.images === "folder") await Deno.mkdir(images);
        else await Deno.writeFile(images, files.images ?? whole.images);
        await Deno.writeFile(join(folder, "t10k-labels-idx1-ubyte"), files.labels ?? whole.labels);
        const error = await assertRejects(
          () => openDataset("fashion-mnist", "test", folder),
          Error,
        );
        assertEquals(error.name, "DatasetError");
        assertEquals("kind" in error && error.kind, kind, error.message);
        assertMatch(error.message, /^Cannot read /);
        assertMatch(error.message, says);
        assertMatch(error.message, /(Put the four files of https:.*|Move the folder away\.)$/);
      });
    });
  }

  it("says where missing files belong", async () => {
    await withFolder(async (folder) => {
      const path = join(folder, "mnist", "train-images-idx3-ubyte");
      assertErrorMatch(await assertRejects(() => openDataset("mnist", "train", folder)), {
        kind: "missing",
        message: `Cannot read ${path}: the file must exist, got none. Run: deno task setup.`,
      });
      assertErrorMatch(await assertRejects(() => openDataset("fashion-mnist", "train", folder)), {
        kind: "missing",
        message: /Put the four files of https:\/\/github\.com\/zalandoresearch\/fashion-mnist into/,
      });
    });
  });
});
