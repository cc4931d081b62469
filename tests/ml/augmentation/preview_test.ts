/** The samples that pictures show: those that the training sees, to the last digit that a screen shows. */
import { assert } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { augment } from "../../../ml/augmentation/build.ts";
import { drawAugmentations } from "../../../ml/augmentation/draws.ts";
import { drawCount } from "../../../ml/augmentation/stages.ts";
import { augmentInThread } from "../../../ml/engines/wasm/augmentation_thread.ts";
import { placeholder } from "../../../ml/graph/ops/sources.ts";
import { noise } from "../support/datasets.ts";
import { compute, distance } from "../support/tensorflow.ts";
import { augmentations } from "./golden_cases.ts";

const LISTS: readonly (readonly object[])[] = [
  [{ randomCrop: { padding: 3 } }, { horizontalFlip: {} }],
  [{ affine: { degrees: 20, translate: [0.1, 0.2], scale: [0.8, 1.3], shear: 10 } }],
  [{ rotation: { degrees: 40, interpolation: "BILINEAR" } }, { verticalFlip: {} }],
  [{ colorJitter: { brightness: 0.8, contrast: 0.8 } }, { erasing: { p: 0.9 } }],
];

describe("augmentInThread()", () => {
  for (const list of LISTS) {
    it(`gives the pixels that TensorFlow trains on: ${JSON.stringify(list)}`, async () => {
      const { images, imageShape } = noise("train", 12, [9, 14, 3]);
      const augmentation = augmentations(list);
      const plan = { augmentation, network: { inputShape: imageShape }, seed: 5 };
      const samples = Int32Array.from({ length: 12 }, (_, at) => at);
      const shown = await augmentInThread({ plan, epoch: 3, samples, images });
      const output = augment(
        augmentation,
        placeholder("images", { shape: [12, ...imageShape], dtype: "float32" }),
        placeholder("draws", { shape: [12, drawCount(augmentation)], dtype: "float32" }),
      );
      const [trained = new Float32Array()] = await compute([output], {
        images: Float32Array.from(images),
        draws: drawAugmentations(plan, 3, samples),
      });
      assert(distance(shown, trained) < 1e-5);
      assert(distance(shown, images) > 0.1, "they are not the samples themselves");
    });
  }
});
