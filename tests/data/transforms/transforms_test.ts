/** The transforms against the numbers that PyTorch gives. */
import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { forAll } from "../../support/for_all.ts";
import { assertThrowsMatch } from "../../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import {
  RandomAffine,
  RandomCrop,
  RandomHorizontalFlip,
  RandomRotation,
} from "../../../data/transforms/random_transforms.ts";
import type { Image, Tensor } from "../../../data/tensor.ts";
import {
  Compose,
  Lambda,
  Normalize,
  sampleContext,
  ToTensor,
  type Transform,
} from "../../../data/transforms/transforms.ts";

const context = sampleContext(0, 1);

/** An image of one channel. */
function grey(rows: readonly (readonly number[])[]): Image {
  return { shape: [rows.length, rows[0]?.length ?? 0, 1], pixels: Uint8Array.from(rows.flat()) };
}

/** The rows of an image of one channel. */
function rows({ shape: [height, width], pixels }: Image): number[][] {
  return Array.from({ length: height }, (_, row) => [
    ...pixels.subarray(row * width, (row + 1) * width),
  ]);
}

describe("ToTensor()", () => {
  it("divides by 255 in float32 and puts the channels first", () => {
    const image: Image = { shape: [1, 2, 3], pixels: Uint8Array.of(0, 1, 2, 128, 254, 255) };
    const { shape, data } = ToTensor()(image);
    assertEquals(shape, [3, 1, 2]);
    const expected = [0, 128, 1, 254, 2, 255].map((pixel) => Math.fround(pixel / 255));
    assertEquals([...data], expected);
  });

  it("refuses an image whose pixels do not fit its shape", () => {
    assertThrowsMatch(() => ToTensor()({ shape: [2, 2, 1], pixels: new Uint8Array(3) }), {
      name: "RangeError",
      message: /must have 4 pixel values, got 3\.$/,
    });
  });
});

describe("Normalize()", () => {
  it("gives the numbers that PyTorch gives for MNIST", () => {
    const image = grey([[0, 255]]);
    const { data } = Compose([ToTensor(), Normalize([0.1307], [0.3081])])(image, context);
    // torch: transforms.Normalize((0.1307,), (0.3081,))(torch.tensor([[[0., 1.]]]))
    assertEquals([...data].map((value) => value.toFixed(4)), ["-0.4242", "2.8215"]);
    const [mean, std] = [Math.fround(0.1307), Math.fround(0.3081)];
    assertEquals(data[1], Math.fround(Math.fround(1 - mean) / std));
  });

  it("takes a number a channel, or one for all", () => {
    const tensor: Tensor<Float32Array> = { shape: [2, 1, 2], data: Float32Array.of(1, 2, 3, 4) };
    assertEquals([...Normalize([1, 2], [1, 2])(tensor).data], [0, 1, 0.5, 1]);
    assertEquals([...Normalize([1], [2])(tensor).data], [0, 0.5, 1, 1.5]);
    assertEquals([...tensor.data], [1, 2, 3, 4]);
  });

  it("refuses what PyTorch refuses", () => {
    const refused: readonly [mean: number[], std: number[], message: RegExp][] = [
      [[0], [0], /every std must be a number other than 0, got 0\.$/],
      [[0], [1e-60], /other than 0/],
      [[0], [NaN], /every std must be/],
      [[Infinity], [1], /every mean must be/],
      [[0, 0], [1], /as many numbers, one a channel, got 2 and 1\.$/],
    ];
    for (const [mean, std, message] of refused) {
      assertThrowsMatch(() => Normalize(mean, std), message);
    }
    const tensor = { shape: [3, 1, 1], data: new Float32Array(3) };
    const channels = /Cannot normalise a tensor \[3, 1, 1\]: it must be .* with 2 channels\.$/;
    assertThrowsMatch(() => Normalize([0, 0], [1, 1])(tensor), channels);
  });
});

describe("Compose() and Lambda()", () => {
  it("apply one after the other, with the sample's context", () => {
    const seen: number[] = [];
    const both = Compose([
      Lambda((value: number, { epoch }) => {
        seen.push(epoch);
        return value + 1;
      }),
      Lambda((value: number) => `<${value}>`),
    ]);
    assertEquals(both(1, sampleContext(3, 8)), "<2>");
    assertEquals(seen, [8]);
    assertThrows(() => Lambda(null as unknown as () => void), TypeError);
  });
});

describe("the random transforms", () => {
  const image = grey([[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]]);
  const all: { readonly [name: string]: Transform<Image, Image> } = {
    RandomHorizontalFlip: RandomHorizontalFlip({ seed: 5 }),
    RandomCrop: RandomCrop([2, 3], { padding: 1, seed: 5 }),
    RandomRotation: RandomRotation(90, { seed: 5 }),
    RandomAffine: RandomAffine({ degrees: 45, translate: [0.5, 0.5], scale: [0.5, 2], seed: 5 }),
  };

  for (const [name, transform] of Object.entries(all)) {
    it(`${name} depends on seed, sample and epoch alone, and differs among them`, () => {
      const outcomes = (epoch: number) =>
        Array.from(
          { length: 40 },
          (_, index) => rows(transform(image, sampleContext(index, epoch))).join("|"),
        );
      const first = outcomes(1);
      assertEquals(outcomes(1), first);
      assertNotEquals(outcomes(2), first);
      assert(new Set(first).size > 1);
    });

    it(`${name} leaves the image that it is given as it was`, () => {
      const before = rows(image);
      for (let index = 0; index < 10; index++) transform(image, sampleContext(index, 1));
      assertEquals(rows(image), before);
    });
  }

  it("do not do the same when one is used twice for a sample", () => {
    const crop = RandomCrop([1, 1], { seed: 5 });
    const same = Array.from({ length: 60 }, (_, index) => {
      const sample = sampleContext(index, 1);
      return rows(crop(image, sample)).join() === rows(crop(image, sample)).join();
    });
    assert(same.filter(Boolean).length < 20);
  });

  it("flip never, always, or in about half of the cases", () => {
    const flipped = [[4, 3, 2, 1], [8, 7, 6, 5], [12, 11, 10, 9]];
    const times = (p: number) =>
      Array.from({ length: 400 }, (_, index) => {
        const result = rows(RandomHorizontalFlip({ p, seed: 1 })(image, sampleContext(index, 1)));
        assert([rows(image), flipped].some((one) => one.join() === result.join()));
        return result.join() === flipped.join();
      }).filter(Boolean).length;
    assertEquals(times(0), 0);
    assertEquals(times(1), 400);
    assert(times(0.5) > 150 && times(0.5) < 250);
  });

  it("turn counter-clockwise, as torchvision does", () => {
    const square = grey([[1, 2], [3, 4]]);
    const turned = (degrees: number) =>
      rows(RandomRotation([degrees, degrees], { seed: 1 })(square, context));
    assertEquals(turned(0), [[1, 2], [3, 4]]);
    assertEquals(turned(90), [[2, 4], [1, 3]]);
    assertEquals(turned(180), [[4, 3], [2, 1]]);
    assertEquals(turned(-90), [[3, 1], [4, 2]]);
  });

  it("scale around the centre and move by whole pixels", () => {
    const dot = grey([[0, 0, 0], [0, 9, 0], [0, 0, 0]]);
    const larger = RandomAffine({ degrees: 0, scale: [3, 3], seed: 1 })(dot, context);
    assertEquals(rows(larger), [[9, 9, 9], [9, 9, 9], [9, 9, 9]]);
    const places = Array.from({ length: 300 }, (_, index) => {
      const move = RandomAffine({ degrees: 0, translate: [0.34, 0], seed: 1 });
      return rows(move(dot, sampleContext(index, 1))).join("|");
    });
    assertEquals([...new Set(places)].sort(), [
      "0,0,0|0,0,9|0,0,0",
      "0,0,0|0,9,0|0,0,0",
      "0,0,0|9,0,0|0,0,0",
    ]);
  });

  it("crop every place of the padded image and no other", () => {
    const small = grey([[1, 2], [3, 4]]);
    const crops = Array.from(
      { length: 300 },
      (_, index) =>
        rows(RandomCrop(2, { padding: 1, seed: 1 })(small, sampleContext(index, 1))).join("|"),
    );
    assertEquals(new Set(crops).size, 9);
    assert(crops.includes("0,0|0,1") && crops.includes("1,2|3,4") && crops.includes("4,0|0,0"));
    assertEquals(
      assertThrows(() => RandomCrop(5, { seed: 1 })(small, context), Error).message,
      "Cannot crop to 5 x 5: the padded image must be at least as large, got 2 x 2.",
    );
  });

  it("keep images of any shape and number of channels well formed", () => {
    const images = fc.tuple(
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 3 }),
    )
      .chain(([height, width, channels]) =>
        fc.uint8Array({
          minLength: height * width * channels,
          maxLength: height * width * channels,
        })
          .map((pixels): Image => ({ shape: [height, width, channels], pixels }))
      );
    forAll([images, fc.nat(1000)], (anyImage, index) => {
      for (const transform of [all.RandomHorizontalFlip, all.RandomRotation, all.RandomAffine]) {
        const result = transform?.(anyImage, sampleContext(index, 1));
        assertEquals(result?.shape, anyImage.shape);
        assertEquals(result?.pixels.length, anyImage.pixels.length);
      }
    });
  });

  it("refuse what they cannot do", () => {
    const unseeded = {} as { seed: number };
    assertThrowsMatch(() => RandomCrop(2, unseeded), /RandomCrop: seed must be a whole number/);
    assertThrowsMatch(() => RandomRotation(10, unseeded), /RandomRotation: seed must be/);
    assertThrowsMatch(() => RandomRotation(-1, { seed: 1 }), /degrees must be .*, got -1\.$/);
    assertThrowsMatch(() => RandomRotation([2, 1], { seed: 1 }), /degrees must be/);
    assertThrowsMatch(() => RandomHorizontalFlip({ p: 1.1, seed: 1 }), /p must be between 0 and 1/);
    assertThrowsMatch(() => RandomCrop(0, { seed: 1 }), /size must be whole numbers of at least 1/);
    assertThrowsMatch(() => RandomCrop(1, { padding: -1, seed: 1 }), /padding must be/);
    const affine = { degrees: 0, seed: 1 };
    assertThrowsMatch(() => RandomAffine({ ...affine, translate: [2, 0] }), /translate must be/);
    assertThrowsMatch(() => RandomAffine({ ...affine, scale: [0, 1] }), /scale must be/);
    assertThrowsMatch(() => RandomAffine({ ...affine, seed: -1 }), /seed must be/);
  });
});
