/** MNIST() and FashionMNIST() as torchvision users call them. */
import { assert, assertEquals, fail } from "@std/assert";
import { assertFails } from "../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { FashionMNIST, MNIST } from "../../data/mnist.ts";
import type { Image, Tensor } from "../../data/tensor.ts";
import { Compose, Normalize, ToTensor } from "../../data/transforms/transforms.ts";
import { encodeSplit, mnistPerSuite } from "./files.ts";
import { folderPerTest } from "../support/temporary_folder.ts";

const mnist = mnistPerSuite();
const folder = folderPerTest();

describe("MNIST()", () => {
  it("gives the training set or the test set, as images and labels", async () => {
    const test = await MNIST(mnist.path, { train: false });
    assertEquals(test.length, 10_000);
    assertEquals(test.train, false);
    const [image, label]: readonly [Image, number] = test.at(0) ?? fail();
    assertEquals(image.shape, [28, 28, 1]);
    assertEquals(label, 7);
    assertEquals(test.data.shape, [10_000, 28, 28]);
    assertEquals(test.targets.shape, [10_000]);
    assertEquals(test.targets.data[1], 2);
    assertEquals(test.classes.length, 10);
    const train = await MNIST(mnist.path);
    assertEquals([train.length, train.train], [60_000, true]);
    assertEquals(train.at(60_000), undefined);
  });

  it("applies the transforms", async () => {
    const test = await MNIST(mnist.path, {
      train: false,
      transform: Compose([ToTensor(), Normalize([0.1307], [0.3081])]),
      targetTransform: (label) => `digit ${label}`,
    });
    const [input, target]: readonly [Tensor<Float32Array>, string] = test.at(0) ?? fail();
    assertEquals(input.shape, [1, 28, 28]);
    assertEquals(input.data[0]?.toFixed(4), "-0.4242");
    assertEquals(target, "digit 7");
  });

  it("fetches the files with `download`, and without it says how to get them", async () => {
    await assertFails(MNIST(folder.path), {
      kind: "missing",
      message: /the file must exist, got none\. Use download: true to fetch it\.$/,
    });
    const lines: string[] = [];
    const log = (line: string) => lines.push(line);
    assertEquals((await MNIST(folder.path, { download: true, log })).length, 60_000);
    assert(lines.length > 4);
    assertEquals((await MNIST(folder.path, { train: false })).length, 10_000);
  });
});

describe("FashionMNIST()", () => {
  it("reads the folder that the user names", async () => {
    const raw = folder.join("FashionMNIST", "raw");
    await Deno.mkdir(raw, { recursive: true });
    const { images, labels } = encodeSplit(10_000);
    await Deno.writeFile(join(raw, "t10k-images-idx3-ubyte.gz"), gzipSync(images));
    await Deno.writeFile(join(raw, "t10k-labels-idx1-ubyte"), labels);
    const test = await FashionMNIST(folder.path, { train: false, transform: ToTensor() });
    assertEquals(test.classes[0], "T-shirt/top");
    assertEquals(test.at(3)?.[0].data[0], Math.fround(7 / 255));
    await assertFails(FashionMNIST(folder.path), {
      kind: "missing",
      message: /Put the four files/,
    });
  });
});
