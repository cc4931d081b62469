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

/** Returns the same field of every input that is an image; sizes of 1 that are broadcast stay 1. */
export function sameFields(
  node: Tensor,
  [height, width]: ReceptiveField,
): readonly (ReceptiveField | undefined)[] {
  return node.inputs.map((input) => {
    if (!isImage(input) || !isImage(node)) return undefined;
    const [fullHeight, fullWidth] = wholeField(input);
    return [Math.min(height, fullHeight), Math.min(width, fullWidth)];
  });
}
