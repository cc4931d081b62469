/** Refusals of augmentations: every problem with its path. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { augmentationProblems } from "../../../ml/augmentation/check.ts";
import { parseRequest } from "../../../ml/spec/resolve.ts";
import type { DatasetShape } from "../../../ml/spec/spec.ts";
import { MNIST_SIZE } from "../../support/fake_run.ts";
import { augmentations } from "./golden_cases.ts";

const REFUSED: readonly (readonly [augmentation: unknown, path: string, message: string])[] = [
  [
    [{ randomCrop: { padding: -1 } }],
    "0.randomCrop.padding",
    "Cannot train with padding -1: padding must be a whole number from 0 to 4096.",
  ],
  [
    [{ randomCrop: { padding: 28 } }],
    "0.randomCrop.padding",
    "Cannot train with padding 28: padding must be less than the height and the width of the images, 28 x 28.",
  ],
  [[{ randomCrop: {} }], "0.randomCrop.padding", "Cannot train: randomCrop must have padding."],
  [
    [{ horizontalFlip: {} }, { verticalFlip: { p: 1.5 } }],
    "1.verticalFlip.p",
    "Cannot train with p 1.5: p must be from 0 to 1.",
  ],
  [
    [{ affine: { scale: [1.2, 0.8] } }],
    "0.affine.scale",
    "Cannot train with scale [1.2,0.8]: scale must be two numbers, the smaller one first.",
  ],
  [
    [{ erasing: { ratio: [3, 0.5] } }],
    "0.erasing.ratio",
    "Cannot train with ratio [3,0.5]: ratio must be two numbers, the smaller one first.",
  ],
  [
    [{ affine: { translate: [0.1] } }],
    "0.affine.translate",
    "Cannot train with translate [0.1]: translate must be 2 numbers from 0 to 1.",
  ],
  [
    [{ randomCrop: { padding: 1 }, horizontalFlip: {} }],
    "0",
    "Cannot train: each augmentation must have exactly one kind, got randomCrop and horizontalFlip.",
  ],
  [
    ["horizontalFlip"],
    "0",
    "Cannot train: each augmentation must have its options, got 'horizontalFlip'. Write horizontalFlip: {}.",
  ],
  [
    [{ horizontalflip: {} }],
    "0.horizontalflip",
    "Cannot train: augmentation 'horizontalflip' is not known. Did you mean horizontalFlip?",
  ],
  [
    Array(21).fill({ verticalFlip: {} }),
    "",
    "Cannot train: augmentation must have at most 20 entries, got 21.",
  ],
];

/** The problems of a request, their paths in one text. */
function problemsOf(augmentation: unknown, dataset: DatasetShape = MNIST_SIZE) {
  const parsed = parseRequest({ augmentation }, dataset);
  if (parsed.ok) return [];
  return parsed.problems.map(({ path, message }) => [path.join("."), message]);
}

describe("augmentations", () => {
  for (const [augmentation, path, message] of REFUSED) {
    it(`are refused: ${JSON.stringify(augmentation).slice(0, 60)}`, () => {
      const at = path === "" ? "augmentation" : `augmentation.${path}`;
      assertEquals(problemsOf(augmentation), [[at, message]]);
    });
  }

  it("report every problem at once", () => {
    const list = [{ randomCrop: { padding: -1 } }, { erasing: { p: 2 } }, { rotation: {} }];
    assertEquals(problemsOf(list).length, 3);
  });

  it("may be a single one, and none", () => {
    assertEquals(problemsOf({ horizontalFlip: {} }), []);
    assertEquals(problemsOf([]), []);
    assertEquals(problemsOf(null), []);
  });

  it("change the contrast of images with one or three channels only", () => {
    const list = augmentations([{ colorJitter: { brightness: 0.5, contrast: 0.5 } }]);
    assertEquals(augmentationProblems(list, [8, 8, 1]), []);
    assertEquals(augmentationProblems(list, [8, 8, 3]), []);
    assertEquals(augmentationProblems(list, [8, 8, 4]), [{
      path: ["augmentation", 0, "colorJitter", "contrast"],
      message:
        "Cannot train with contrast 0.5: contrast must be 0 for images with 4 channels: only 1 or 3 have a grey value.",
    }]);
    const brightness = augmentations([{ colorJitter: { brightness: 0.5 } }]);
    assertEquals(augmentationProblems(brightness, [8, 8, 4]), []);
  });

  it("need images", () => {
    const list = augmentations([{ colorJitter: {} }, { randomCrop: { padding: 1 } }]);
    assertEquals(
      augmentationProblems(list, [4]).map(({ message }) => message),
      [
        "Cannot train with colorJitter: the samples must be images, got vectors of 4 features.",
        "Cannot train with randomCrop: the samples must be images, got vectors of 4 features.",
      ],
    );
  });
});
