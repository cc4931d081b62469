/** The random numbers of augmentations: what they depend on, and their ranges and shares. */
import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { ImageShape } from "../../../ml/augmentation/augmentation.ts";
import { drawAugmentations } from "../../../ml/augmentation/draws.ts";
import { drawCount } from "../../../ml/augmentation/stages.ts";
import { augmentations } from "./golden_cases.ts";

const NETWORK: { readonly inputShape: ImageShape } = { inputShape: [20, 30, 3] };
const SAMPLES = 20_000;
const ALL = Int32Array.from({ length: SAMPLES }, (_, at) => at);

const EVERYTHING = augmentations([
  { randomCrop: { padding: 4 } },
  { horizontalFlip: {} },
  { colorJitter: { brightness: 0.4, contrast: 0.3 } },
  { rotation: { degrees: 15 } },
  { erasing: {} },
]);

/** The drawn numbers of each sample. */
function draw(list: unknown, { seed = 1, epoch = 1, samples = ALL } = {}): readonly number[][] {
  const augmentation = augmentations(list);
  const count = drawCount(augmentation);
  const draws = drawAugmentations({ augmentation, network: NETWORK, seed }, epoch, samples);
  return Array.from({ length: samples.length }, (_, row) => [
    ...draws.subarray(row * count, (row + 1) * count),
  ]);
}

/** A column of the drawn numbers. */
function column(rows: readonly number[][], at: number): readonly number[] {
  return rows.map((row) => row[at] ?? NaN);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Asserts that numbers fill a range evenly. */
function assertEven(values: readonly number[], [low, high]: readonly [number, number]) {
  assert(Math.min(...values) >= low && Math.max(...values) <= high);
  assertAlmostEquals(mean(values), (low + high) / 2, (high - low) * 0.01);
  const tenth = values.filter((value) => value < low + (high - low) / 10);
  assertAlmostEquals(tenth.length / values.length, 0.1, 0.01);
}

describe("drawAugmentations()", () => {
  it("draws the same for a sample whatever the batch that it is in", () => {
    const plan = { augmentation: EVERYTHING, network: NETWORK, seed: 3 };
    const samples = Int32Array.of(7, 3, 11, 5, 2);
    const whole = drawAugmentations(plan, 2, samples);
    const alone = [...samples].flatMap((sample) => [
      ...drawAugmentations(plan, 2, Int32Array.of(sample)),
    ]);
    assertEquals([...whole], alone);
  });

  it("draws anew for another seed, epoch, sample and position", () => {
    const list = [{ colorJitter: { brightness: 0.5 } }, { colorJitter: { brightness: 0.5 } }];
    const samples = Int32Array.of(8);
    const [first = []] = draw(list, { samples });
    for (
      const other of [{ samples, seed: 2 }, { samples, epoch: 2 }, { samples: Int32Array.of(9) }]
    ) {
      assertNotEquals(draw(list, other)[0], first);
    }
    assertNotEquals(first.slice(0, 3), first.slice(3));
  });

  it("crops at every place equally often", () => {
    const rows = draw([{ randomCrop: { padding: 2 } }]);
    for (const at of [2, 5]) {
      for (let shift = -2; shift <= 2; shift++) {
        const share = column(rows, at).filter((value) => value === shift).length / SAMPLES;
        assertAlmostEquals(share, 1 / 5, 0.015);
      }
    }
    const corner = rows.filter((row) => row[2] === 2 && row[5] === -2).length / SAMPLES;
    assertAlmostEquals(corner, 1 / 25, 0.008);
  });

  it("flips with the given probability, in each direction on its own", () => {
    const rows = draw([{ horizontalFlip: { p: 0.3 } }, { verticalFlip: {} }]);
    const across = rows.filter((row) => row[0] === -1).length / SAMPLES;
    const both = rows.filter((row) => row[0] === -1 && row[4] === -1).length / SAMPLES;
    assertAlmostEquals(across, 0.3, 0.015);
    assertAlmostEquals(both, 0.15, 0.015);
    assert(draw([{ horizontalFlip: { p: 1 } }]).every((row) => row[0] === -1));
    assert(draw([{ horizontalFlip: { p: 0 } }]).every((row) => row[0] === 1));
  });

  it("rotates by every angle of the range", () => {
    const rows = draw([{ rotation: { degrees: 25 } }]);
    const angles = rows.map(([a = 0, b = 0]) => -Math.atan2(b, a) * 180 / Math.PI);
    assertEven(angles, [-25.001, 25.001]);
  });

  it("translates by whole pixels within the shares, scales and shears within the ranges", () => {
    const moved = draw([{ affine: { translate: [0.1, 0.2] } }]);
    const [across, along] = [column(moved, 2), column(moved, 5)].map((values) => new Set(values));
    assertEquals([...across ?? []].toSorted((a, b) => a - b), [-3, -2, -1, 0, 1, 2, 3]);
    assertEquals([...along ?? []].length, 9);
    const scaled = column(draw([{ affine: { scale: [0.5, 2] } }]), 0).map((value) => 1 / value);
    assertEven(scaled, [0.4999, 2.0001]);
    const slopes = column(draw([{ affine: { shear: 10 } }]), 1);
    assertEven(slopes.map((slope) => Math.atan(slope) * 180 / Math.PI), [-10.001, 10.001]);
  });

  it("draws brightness and contrast around 1, in both orders, and none below 0", () => {
    const rows = draw([{ colorJitter: { brightness: 0.4, contrast: 2 } }]);
    const isFirst = rows.map(([before]) => before !== 1);
    assertAlmostEquals(isFirst.filter(Boolean).length / SAMPLES, 0.5, 0.015);
    const light = rows.map(([before = 0, , after = 0]) => before === 1 ? after : before);
    assertEven(light, [0.5999, 1.4001]);
    assertEven(column(rows, 1), [0, 3]);
    assert(draw([{ colorJitter: {} }]).every((row) => row.every((factor) => factor === 1)));
  });

  it("erases rectangles inside of the image, of the given sizes, with the given probability", () => {
    const rows = draw([{ erasing: { p: 0.4, scale: [0.05, 0.2], ratio: [0.5, 2] } }]);
    const erased = rows.filter(([, , height = 0]) => height > 0);
    assertAlmostEquals(erased.length / SAMPLES, 0.4, 0.015);
    for (const [top = -1, left = -1, height = 0, width = 0] of erased) {
      assert(top >= 0 && left >= 0 && top + height <= 20 && left + width <= 30);
      const share = height * width / (20 * 30);
      assert(share > 0.03 && share < 0.25 && height / width > 0.35 && height / width < 2.9);
    }
  });

  it("erases nothing where no rectangle fits", () => {
    const rows = draw([{ erasing: { p: 1, scale: [1, 1], ratio: [1, 1] } }], {
      samples: ALL.subarray(0, 100),
    });
    assert(rows.every((row) => row.every((value) => value === 0)));
  });
});
