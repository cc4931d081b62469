/** Images whose pixels are moved by an affine map of each image's own. */
import {
  apply,
  inputAt,
  type Op,
  type OpAttributes,
  shapeError,
  sizeAt,
  type Tensor,
} from "../tensor.ts";

/** The numbers of a map. */
const MAP_SIZE = 6;

/**
 * The pixel at (x, y) comes from (a x + b y + c, d x + e y + f), for a map (a, b, c, d, e, f); 0 where that is outside
 * of the image. Coordinates are whole at the centres of pixels, 0 at the left and the top. A place between pixels has
 * the value of the nearest one, or the mean of the four around it, of which those outside are 0.
 */
export const movePixelsOp: Op<"movePixels"> = {
  kind: "movePixels",
  infer(inputs, { size: [height, width], interpolation }) {
    const [images, maps] = [inputAt(inputs, 0), inputAt(inputs, 1)];
    const { shape, dtype } = images;
    const isMap = maps.dtype === "float32" && maps.shape.length === 2 &&
      maps.shape[0] === shape[0] && maps.shape[1] === MAP_SIZE;
    if (shape.length !== 4 || !isMap) {
      throw shapeError("movePixels", "there must be images and a map for each", inputs);
    }
    if (interpolation === "bilinear" && dtype !== "float32") {
      throw shapeError("movePixels", "images must be float32 for means of pixels", inputs);
    }
    return { shape: [sizeAt(shape, 0), height, width, sizeAt(shape, 3)], dtype };
  },
};

/**
 * @param images [batch, height, width, channels]
 * @param maps float32 [batch, 6]
 * @param attributes the rows and columns of the result, from the top left, and the interpolation
 */
export function movePixels(
  images: Tensor,
  maps: Tensor,
  attributes: OpAttributes["movePixels"],
): Tensor {
  return apply(movePixelsOp, [images, maps], attributes);
}
