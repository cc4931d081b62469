/** Receptive fields of operations that compute each pixel from the pixels in its place. */
import { type ReceptiveField, sizeAt, type Tensor } from "./tensor.ts";

/** Checks whether a tensor is a batch of images: [batch, height, width, channels]. */
export function isImage({ shape }: Tensor): boolean {
  return shape.length === 4;
}

/** Returns the field of all rows and columns. */
export function wholeField({ shape }: Tensor): ReceptiveField {
  return [sizeAt(shape, 1), sizeAt(shape, 2)];
}

/**
 * Returns the same field of every input that is an image; sizes of 1 that are broadcast stay 1. Where several images
 * are combined, each is read whole: two that were cut by different layers need not have one size any more.
 */
export function sameFields(
  node: Tensor,
  [height, width]: ReceptiveField,
): readonly (ReceptiveField | undefined)[] {
  const images = node.inputs.filter((input) => isImage(input) && hasPlaces(input));
  return node.inputs.map((input) => {
    if (!isImage(input) || !isImage(node)) return undefined;
    if (images.length > 1) return wholeField(input);
    const [fullHeight, fullWidth] = wholeField(input);
    return [Math.min(height, fullHeight), Math.min(width, fullWidth)];
  });
}

/** Checks whether an image has more than one pixel. */
function hasPlaces({ shape }: Tensor): boolean {
  return sizeAt(shape, 1) > 1 || sizeAt(shape, 2) > 1;
}
