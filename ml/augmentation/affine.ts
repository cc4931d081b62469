/** Random affine transformations. */
import { number, numbers } from "../options/option.ts";
import { defineAugmentation } from "./augmentation.ts";
import { affineMap } from "./pixel_map.ts";
import { INTERPOLATION } from "./shared_options.ts";

/**
 * Torchvision's RandomAffine(degrees, translate, scale, shear, interpolation): around the centre; what comes in is
 * black.
 */
export const affine = defineAugmentation({
  kind: "affine",
  torchName: "RandomAffine",
  description:
    "Rotation, translation, scaling and shearing around the centre, each by a random amount.",
  options: {
    degrees: number({ max: 360, default: 0, description: "largest angle, in both directions" }),
    translate: numbers({
      max: 1,
      length: 2,
      default: null,
      description: "largest translations as shares of the width and the height. Default: none",
    }),
    scale: numbers({
      min: 0.01,
      max: 100,
      length: 2,
      default: null,
      description: "smallest and largest factor of the size. Default: none",
    }),
    shear: number({
      max: 89,
      default: null,
      description: "largest angle of a shear along the width, in degrees. Default: none",
    }),
    interpolation: INTERPOLATION,
  },
  conflict: ({ scale }) =>
    isAscending(scale) ? undefined : {
      option: "scale",
      rule: "two numbers, the smaller one first",
    },
  effect: {
    type: "movement",
    interpolation: ({ interpolation }) => interpolation,
    draw({ degrees, translate, scale, shear }, shape, random) {
      const [height, width] = shape;
      const [across = 0, along = 0] = translate ?? [];
      const [least = 1, most = least] = scale ?? [];
      return affineMap({
        angle: random.uniform(-degrees, degrees),
        right: Math.round(random.uniform(-across * width, across * width)),
        down: Math.round(random.uniform(-along * height, along * height)),
        scale: random.uniform(least, most),
        shear: random.uniform(-(shear ?? 0), shear ?? 0),
      }, shape);
    },
  },
});

function isAscending(range: readonly number[] | null): boolean {
  const [least = 0, most = least] = range ?? [];
  return least <= most;
}
