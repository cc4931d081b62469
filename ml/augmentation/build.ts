/** Augmentations as graph operations on a batch of images, before the normalisation. */
import { cast, slice } from "../graph/ops/data.ts";
import { movePixels } from "../graph/ops/movement.ts";
import { type ReceptiveField, sizeAt, type Tensor } from "../graph/tensor.ts";
import type { Augmentation } from "./augmentations.ts";
import { stagesOf } from "./stages.ts";

/**
 * Builds the augmented images.
 *
 * @param images uint8 or float32 [batch, height, width, channels], 0 to 255
 * @param draws float32 [batch, drawCount(augmentations)]
 * @param window the rows and columns of the result that are needed
 * @returns the same values as uint8 or float32 [batch, ...window, channels], 0 to 255
 */
export function augment(
  augmentations: readonly Augmentation[],
  images: Tensor,
  draws: Tensor,
  window: ReceptiveField = [sizeAt(images.shape, 1), sizeAt(images.shape, 2)],
): Tensor {
  const batch = sizeAt(images.shape, 0);
  const stages = stagesOf(augmentations);
  const augmented = stages.reduce((x, stage, at) => {
    const drawn = slice(draws, [0, stage.offset], [batch, stage.drawCount]);
    if (stage.type === "change") return stage.change.build(cast(x, "float32"), drawn);
    // A later stage may read what no one else does.
    const isRead = stages.slice(at + 1).some((later) =>
      later.type === "movement" || later.change.readsImage
    );
    const size = isRead ? ([sizeAt(x.shape, 1), sizeAt(x.shape, 2)] as const) : window;
    const pixels = stage.interpolation === "BILINEAR" ? cast(x, "float32") : x;
    const interpolation = stage.interpolation === "BILINEAR" ? "bilinear" : "nearest";
    return movePixels(pixels, drawn, { interpolation, size });
  }, images);
  return cropTo(augmented, window);
}

/** Cuts images to their first rows and columns. */
function cropTo(images: Tensor, [height, width]: ReceptiveField): Tensor {
  const [batch = 1, fullHeight, fullWidth, channels = 1] = images.shape;
  if (height === fullHeight && width === fullWidth) return images;
  return slice(images, [0, 0, 0, 0], [batch, height, width, channels]);
}
