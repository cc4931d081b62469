/** Random rotations. */
import { number } from "../options/option.ts";
import { defineAugmentation } from "./augmentation.ts";
import { affineMap } from "./pixel_map.ts";
import { INTERPOLATION } from "./shared_options.ts";

/** Torchvision's RandomRotation(degrees, interpolation): around the centre; what comes in is black. */
export const rotation = defineAugmentation({
  kind: "rotation",
  torchName: "RandomRotation",
  description: "Rotation around the centre by a random angle.",
  options: {
    degrees: number({ max: 360, description: "largest angle, in both directions" }),
    interpolation: INTERPOLATION,
  },
  effect: {
    type: "movement",
    interpolation: ({ interpolation }) => interpolation,
    // The angles of RandomRotation are counter-clockwise.
    draw: ({ degrees }, shape, random) =>
      affineMap({
        angle: -random.uniform(-degrees, degrees),
        right: 0,
        down: 0,
        scale: 1,
        shear: 0,
      }, shape),
  },
});
