/** The registry of augmentations: the only list of their kinds. */
import type { ValueOf } from "../options/kinds.ts";
import { affine } from "./affine.ts";
import type { AugmentationDefinition } from "./augmentation.ts";
import { colorJitter } from "./color_jitter.ts";
import { erasing } from "./erasing.ts";
import { horizontalFlip } from "./horizontal_flip.ts";
import { randomCrop } from "./random_crop.ts";
import { rotation } from "./rotation.ts";
import { verticalFlip } from "./vertical_flip.ts";

/** The definition of every augmentation. */
export const AUGMENTATIONS = {
  randomCrop,
  horizontalFlip,
  verticalFlip,
  rotation,
  affine,
  colorJitter,
  erasing,
} as const;

export type AugmentationKind = keyof typeof AUGMENTATIONS;

/** An augmentation and its settings, complete. */
export type Augmentation = ValueOf<typeof AUGMENTATIONS>;

// Every augmentation must be registered under its own kind.
AUGMENTATIONS satisfies { readonly [Kind in AugmentationKind]: { readonly kind: Kind } };

/** Returns the definition of an augmentation's kind. */
export function augmentationDefinition({ kind }: Augmentation): AugmentationDefinition {
  // Kind and definition belong together; the compiler cannot follow that through the table.
  return AUGMENTATIONS[kind] as unknown as AugmentationDefinition;
}
