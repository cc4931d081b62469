/** MNIST() and FashionMNIST() as torchvision users call them. */
import { assert, assertEquals, assertRejects, fail } from "@std/assert";
import { assertErrorMatch } from "../support/errors.ts";
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
    assertEquals(test.length, 10_000);
    assertEquals(test.train, false);
    const [image, label]: readonly [Image, number] = test.at(0) ?? fail();
    assertEquals(image.shape, [28, 28, 1]);
    assertEquals(label, 7);
    assertEquals(test.data.shape, [10_000, 28, 28]);
    assertEquals(test.targets.shape, [10_000]);
    assertEquals(test.targets.data[1], 2);
    assertEquals(test.classes.length, 10);
    const train = await MNIST(mnist);
    assertEquals([train.length, train.train], [60_000, true]);
    assertEquals(train.at(60_000), undefined);
  });

  it("applies the transforms", async () => {
    const test = await MNIST(mnist, {
      train: false,
      transform: Compose([ToTensor(), Normalize([0.1307], [0.3081])]),
      targetTransform: (label) => `digit ${label}`,
    });
    const [input, target]: readonly [Tensor<Float32Array>, string] = test.at(0) ?? fail();
    assertEquals(input.shape, [1, 28, 28]);
    assertEquals(input.data[0]?.toFixed(4), "-0.4242");
    assertEquals(target, "digit 7");
  });

  it("fetches the files where it is told to, and says how where it is not", async () => {
    await withFolder(async (folder) => {
      assertErrorMatch(await assertRejects(() => MNIST(folder)), {
        kind: "missing",
        message: /the file must exist, got none\. Use download: true to fetch it\.$/,
      });
      const lines: string[] = [];
      const log = (line: string) => lines.push(line);
      assertEquals((await MNIST(folder, { download: true, log })).length, 60_000);
      assert(lines.length > 4);
      assertEquals((await MNIST(folder, { train: false })).length, 10_000);
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
      assertEquals(test.classes[0], "T-shirt/top");
      assertEquals(test.at(3)?.[0].data[0], Math.fround(7 / 255));
      assertErrorMatch(await assertRejects(() => FashionMNIST(folder)), {
        kind: "missing",
        message: /Put the four files/,
      });
    });
  });
});
