/** The contract of an augmentation. An augmentation is one file and a line in augmentations.ts. */
import type { Options } from "../options/option.ts";

/** The definition of an augmentation. */
export interface AugmentationDefinition<Kind extends string = string, O extends Options = Options> {
  readonly kind: Kind;
  /** The name of torchvision's transform: 'RandomHorizontalFlip'. */
  readonly torchName: string;
  /** A sentence on it. */
  readonly description: string;
  readonly options: O;
}

/** Defines an augmentation: its options determine its type. */
export function defineAugmentation<const Kind extends string, const O extends Options>(
  definition: AugmentationDefinition<Kind, O>,
): AugmentationDefinition<Kind, O> {
  return definition;
}
