/** Random crops. */
import { integer } from "../options/option.ts";
import { defineAugmentation } from "./augmentation.ts";
import { shiftedMap } from "./pixel_map.ts";

/** The largest padding of any image. */
const MAX_PADDING = 4096;

/**
 * Torchvision's RandomCrop(size of the images, padding=padding): black pixels around them, then a crop at a random
 * place.
 */
export const randomCrop = defineAugmentation({
  kind: "randomCrop",
  torchName: "RandomCrop",
  description: "Crop of the same size at a random place, after black pixels were added all around.",
  options: {
    padding: integer({
      min: 0,
      max: MAX_PADDING,
      description: "number of black pixels at each edge; less than the images' height and width",
    }),
  },
  conflict: ({ padding }, [height, width]) =>
    padding < Math.min(height, width) ? undefined : {
      option: "padding",
      rule: `less than the height and the width of the images, ${height} x ${width}`,
    },
  effect: {
    type: "movement",
    interpolation: () => null,
    draw({ padding }, _shape, random) {
      const down = random.int(-padding, padding);
      return shiftedMap(random.int(-padding, padding), down);
    },
  },
});
