/** The built-in presets by the names that clients use. A preset is one file in presets/ and one line here. */
import { basicCnn } from "./presets/basic_cnn.ts";
import { dropoutCnn } from "./presets/dropout_cnn.ts";
import type { Preset } from "./presets/preset.ts";
import { wideKernelCnn } from "./presets/wide_kernel_cnn.ts";

/** The presets by name, in the order in which they are listed. */
export const PRESETS = {
  BASIC_CNN: basicCnn,
  DROPOUT_CNN: dropoutCnn,
  WIDE_KERNEL_CNN: wideKernelCnn,
} satisfies Readonly<Record<string, Preset>>;

/** The name of a preset; the API calls it a recipe. */
export type Recipe = keyof typeof PRESETS;

/** The names of all presets. */
export const RECIPES = Object.keys(PRESETS) as readonly Recipe[];

/** The preset of a training that names none. */
export const DEFAULT_RECIPE: Recipe = "BASIC_CNN";
