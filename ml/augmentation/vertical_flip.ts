/** Random flips from top to bottom. */
import { defineAugmentation } from "./augmentation.ts";
import { CHANCE_OPTIONS } from "./shared_options.ts";
import { IDENTITY } from "./pixel_map.ts";

/** Torchvision's RandomVerticalFlip(p). */
export const verticalFlip = defineAugmentation({
  kind: "verticalFlip",
  torchName: "RandomVerticalFlip",
  description: "Flip from top to bottom, with a probability.",
  options: CHANCE_OPTIONS,
  effect: {
    type: "movement",
    interpolation: () => null,
    draw: ({ p }, [height], random) =>
      random.uniform(0, 1) < p ? [1, 0, 0, 0, -1, height - 1] : IDENTITY,
  },
});
