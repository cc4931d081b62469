/** MNIST() and FashionMNIST() as torchvision users call them. */
import assert from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { FashionMNIST, MNIST } from "../../data/mnist.ts";
import type { Image, Tensor } from "../../data/tensor.ts";
import { Compose, Normalize, ToTensor } from "../../data/transforms/transforms.ts";
import { encodeSplit, makeMnist, withFolder } from "./files.ts";

let mnist = "";
before(async () => {
  mnist = await makeMnist();
});
after(() => Deno.remove(mnist, { recursive: true }));

describe("MNIST()", () => {
  it("gives the training set or the test set, as images and labels", async () => {
    const test = await MNIST(mnist, { train: false });
    assert.equal(test.length, 10_000);
    assert.equal(test.train, false);
    const [image, label]: readonly [Image, number] = test.at(0) ?? assert.fail();
    assert.deepEqual(image.shape, [28, 28, 1]);
    assert.equal(label, 7);
    assert.deepEqual(test.data.shape, [10_000, 28, 28]);
    assert.deepEqual(test.targets.shape, [10_000]);
    assert.equal(test.targets.data[1], 2);
    assert.equal(test.classes.length, 10);
    const train = await MNIST(mnist);
    assert.deepEqual([train.length, train.train], [60_000, true]);
    assert.equal(train.at(60_000), undefined);
  });

  it("applies the transforms", async () => {
    const test = await MNIST(mnist, {
      train: false,
      transform: Compose([ToTensor(), Normalize([0.1307], [0.3081])]),
      targetTransform: (label) => `digit ${label}`,
    });
    const [input, target]: readonly [Tensor<Float32Array>, string] = test.at(0) ?? assert.fail();
    assert.deepEqual(input.shape, [1, 28, 28]);
    assert.equal(input.data[0]?.toFixed(4), "-0.4242");
    assert.equal(target, "digit 7");
  });

  it("fetches the files where it is told to, and says how where it is not", async () => {
    await withFolder(async (folder) => {
      await assert.rejects(MNIST(folder), {
        kind: "missing",
        message: /the file must exist, got none\. Use download: true to fetch it\.$/,
      });
      const lines: string[] = [];
      const log = (line: string) => lines.push(line);
      assert.equal((await MNIST(folder, { download: true, log })).length, 60_000);
      assert.ok(lines.length > 4);
      assert.equal((await MNIST(folder, { train: false })).length, 10_000);
    });
  });
});

describe("FashionMNIST()", () => {
  it("reads the folder that the user names", async () => {
    await withFolder(async (folder) => {
      const raw = join(folder, "FashionMNIST", "raw");
      await Deno.mkdir(raw, { recursive: true });
      const { images, labels } = encodeSplit(10_000);
      await Deno.writeFile(join(raw, "t10k-images-idx3-ubyte.gz"), gzipSync(images));
      await Deno.writeFile(join(raw, "t10k-labels-idx1-ubyte"), labels);
      const test = await FashionMNIST(folder, { train: false, transform: ToTensor() });
      assert.equal(test.classes[0], "T-shirt/top");
      assert.equal(test.at(3)?.[0].data[0], Math.fround(7 / 255));
      await assert.rejects(FashionMNIST(folder), {
        kind: "missing",
        message: /Put the four files/,
      });
    });
  });
});
