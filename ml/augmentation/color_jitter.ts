/** Random changes of brightness and contrast. */
import { add, multiply, subtract, sum } from "../graph/ops/arithmetic.ts";
import { reshape, slice } from "../graph/ops/data.ts";
import { maximum, minimum } from "../graph/ops/functions.ts";
import { constant } from "../graph/ops/sources.ts";
import { sizeAt, type Tensor } from "../graph/tensor.ts";
import { number } from "../options/option.ts";
import { defineAugmentation } from "./augmentation.ts";

/** The largest value of a pixel. */
const WHITE = 255;

/** The weights of red, green and blue in grey: ITU-R 601-2, rounded as torchvision does. */
const GREY = [0.2989, 0.587, 0.114] as const;

/** Torchvision's ColorJitter(brightness, contrast): one after the other, in random order. */
export const colorJitter = defineAugmentation({
  kind: "colorJitter",
  torchName: "ColorJitter",
  description: "Random factors of brightness and contrast.",
  options: {
    brightness: number({
      max: 100,
      default: 0,
      description: "largest deviation of the brightness' factor from 1",
    }),
    contrast: number({
      max: 100,
      default: 0,
      description: "largest deviation of the contrast's factor from 1",
    }),
  },
  conflict: ({ contrast }, [, , channels]) =>
    contrast === 0 || channels === 1 || channels === GREY.length ? undefined : {
      option: "contrast",
      rule: `0 for images with ${channels} channels: only 1 or 3 have a grey value`,
    },
  effect: {
    type: "change",
    // The brightness before the contrast, the contrast, the brightness after it.
    drawCount: 3,
    readsImage: true,
    draw({ brightness, contrast }, _shape, random) {
      const light = random.uniform(Math.max(0, 1 - brightness), 1 + brightness);
      const contrastFactor = random.uniform(Math.max(0, 1 - contrast), 1 + contrast);
      const isFirst = random.uniform(0, 1) < 0.5;
      return isFirst ? [light, contrastFactor, 1] : [1, contrastFactor, light];
    },
    build(images, draws) {
      const factor = (at: number) => {
        const batch = sizeAt(draws.shape, 0);
        return reshape(slice(draws, [0, at], [batch, 1]), [batch, 1, 1, 1]);
      };
      const before = clamp(multiply(images, factor(0)));
      return clamp(multiply(changeContrast(before, factor(1)), factor(2)));
    },
  },
});

/** Builds factor * images + (1 - factor) * the mean of their grey values. */
function changeContrast(images: Tensor, factor: Tensor): Tensor {
  const [, height = 1, width = 1, channels = 1] = images.shape;
  // Images with other numbers of channels have no contrast to change: every factor is 1.
  const weights = channels === GREY.length ? constant(GREY, [channels]) : constant(1 / channels);
  const grey = sum(multiply(images, weights), [1, 2, 3], true);
  const mean = multiply(grey, constant(1 / (height * width)));
  const rest = multiply(subtract(constant(1), factor), mean);
  return clamp(add(multiply(images, factor), rest));
}

function clamp(images: Tensor): Tensor {
  return minimum(maximum(images, constant(0)), constant(WHITE));
}
