/** The built-in networks by the names that clients use. A preset is one file in presets/ and one line here. */
import { lenet } from "./presets/lenet.ts";
import { mlp } from "./presets/mlp.ts";
import { mobilenetSmall } from "./presets/mobilenet_small.ts";
import type { PresetDefinition } from "./presets/preset.ts";
import { resnet18 } from "./presets/resnet18.ts";
import { resnetSmall } from "./presets/resnet_small.ts";
import { vggSmall } from "./presets/vgg_small.ts";

/** The presets by name, in the order in which they are listed. */
export const PRESETS = {
  MLP: mlp,
  LENET: lenet,
  VGG_SMALL: vggSmall,
  RESNET_SMALL: resnetSmall,
  RESNET18: resnet18,
  MOBILENET_SMALL: mobilenetSmall,
} satisfies Readonly<Record<string, PresetDefinition>>;

/** The name of a preset. */
export type Preset = keyof typeof PRESETS;

/** The names of all presets. */
export const PRESET_NAMES = Object.keys(PRESETS) as readonly Preset[];
