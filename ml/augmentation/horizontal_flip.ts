/** Random flips from left to right. */
import { defineAugmentation } from "./augmentation.ts";
import { CHANCE_OPTIONS } from "./shared_options.ts";
import { IDENTITY } from "./pixel_map.ts";

/** Torchvision's RandomHorizontalFlip(p). */
export const horizontalFlip = defineAugmentation({
  kind: "horizontalFlip",
  torchName: "RandomHorizontalFlip",
  description: "Flip from left to right, with a probability.",
  options: CHANCE_OPTIONS,
  effect: {
    type: "movement",
    interpolation: () => null,
    draw: ({ p }, [, width], random) =>
      random.uniform(0, 1) < p ? [-1, 0, width - 1, 0, 1, 0] : IDENTITY,
  },
});
