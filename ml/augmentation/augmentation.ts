/** The contract of an augmentation. An augmentation is one file and a line in augmentations.ts. */
import type { RandomStream } from "../../data/random.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { Options, OptionValues } from "../options/option.ts";
import type { PixelMap } from "./pixel_map.ts";

/** The shape of the images: [height, width, channels]. */
export type ImageShape = readonly [height: number, width: number, channels: number];

/** The ways to read between pixels. */
export const INTERPOLATIONS = ["NEAREST", "BILINEAR"] as const;
export type Interpolation = (typeof INTERPOLATIONS)[number];

/** The stored settings of an augmentation. */
export type AugmentationValue<Kind extends string, O extends Options> =
  & { readonly kind: Kind }
  & OptionValues<O>;

/** An effect that moves pixels. Those of a list that follow each other are composed and move them once. */
export interface Movement<Value> {
  readonly type: "movement";
  /** Returns the interpolation; null if every pixel moves to the place of another. */
  interpolation(value: Value): Interpolation | null;
  /** Draws where each pixel of a sample comes from. */
  draw(value: Value, shape: ImageShape, random: RandomStream): PixelMap;
}

/** An effect that changes the values of pixels. */
export interface Change<Value> {
  readonly type: "change";
  /** The number of values that are drawn for a sample. */
  readonly drawCount: number;
  /** True if a pixel's new value depends on all pixels of its image. */
  readonly readsImage: boolean;
  /** Draws values for a sample, `drawCount` of them. */
  draw(value: Value, shape: ImageShape, random: RandomStream): readonly number[];
  /**
   * Builds the change.
   *
   * @param images float32 [batch, height, width, channels], 0 to 255
   * @param draws float32 [batch, drawCount]
   */
  build(images: Tensor, draws: Tensor): Tensor;
}

/** An option that does not fit the other options or the images. `rule` completes 'must be'. */
export interface OptionConflict {
  readonly option: string;
  readonly rule: string;
}

/** The definition of an augmentation. */
export interface AugmentationDefinition<Kind extends string = string, O extends Options = Options> {
  readonly kind: Kind;
  /** The name of torchvision's transform: 'RandomHorizontalFlip'. */
  readonly torchName: string;
  /** A sentence on it. */
  readonly description: string;
  readonly options: O;
  /** Returns the option that does not fit the other options or the images. */
  conflict?(value: AugmentationValue<Kind, O>, shape: ImageShape): OptionConflict | undefined;
  readonly effect: Movement<AugmentationValue<Kind, O>> | Change<AugmentationValue<Kind, O>>;
}

/** Defines an augmentation: its options determine its type. */
export function defineAugmentation<const Kind extends string, const O extends Options>(
  definition: AugmentationDefinition<Kind, O>,
): AugmentationDefinition<Kind, O> {
  return definition;
}
