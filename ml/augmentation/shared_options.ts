/** Options that several augmentations share. */
import { name, number } from "../options/option.ts";
import { INTERPOLATIONS } from "./augmentation.ts";

/** The options of an augmentation that happens or does not. */
export const CHANCE_OPTIONS = {
  p: number({ max: 1, default: 0.5, description: "probability" }),
} as const;

/** The interpolation of augmentations that turn or scale. */
export const INTERPOLATION = name({
  enumName: "Interpolation",
  names: INTERPOLATIONS,
  default: "NEAREST",
  description: "value between pixels: that of the nearest one, or the weighted mean of four",
});
