/** Affine maps of pixels: for each place of the new image, the place in the old one that its pixel comes from. */

/**
 * A map: the pixel at (x, y) comes from (a x + b y + c, d x + e y + f). Coordinates are whole at the centres of pixels,
 * 0 at the left and the top.
 */
export type PixelMap = readonly [
  a: number,
  b: number,
  c: number,
  d: number,
  e: number,
  f: number,
];

/** The numbers of a map. */
export const MAP_SIZE = 6;

/** The map that moves nothing. */
export const IDENTITY: PixelMap = [1, 0, 0, 0, 1, 0];

/** Composes two maps that are applied one after the other. */
export function composeMaps(first: PixelMap, second: PixelMap): PixelMap {
  const [a, b, c, d, e, f] = first;
  const [g, h, i, j, k, l] = second;
  return [
    a * g + b * j,
    a * h + b * k,
    a * i + b * l + c,
    d * g + e * j,
    d * h + e * k,
    d * i + e * l + f,
  ];
}

/** Reads an image from a place that is shifted right and down. */
export function shiftedMap(right: number, down: number): PixelMap {
  return [1, 0, right, 0, 1, down];
}

/** A transformation around the centre of an image, as torchvision's affine() has it. Angles are in degrees. */
export interface AffineTransform {
  /** Clockwise. */
  readonly angle: number;
  /** In pixels, after the rest. */
  readonly right: number;
  readonly down: number;
  readonly scale: number;
  /** Parallel to the x axis. */
  readonly shear: number;
}

/** Returns the map of a transformation of images of a size. */
export function affineMap(
  { angle, right, down, scale, shear }: AffineTransform,
  [height, width]: readonly [height: number, width: number, ...others: number[]],
): PixelMap {
  const [cosine, sine] = [Math.cos(radians(angle)), Math.sin(radians(angle))];
  const slope = Math.tan(radians(shear));
  // The inverse of rotation * scale * shear: the determinants of rotation and shear are 1.
  const a = (cosine - sine * slope) / scale;
  const b = (sine + cosine * slope) / scale;
  const [d, e] = [-sine / scale, cosine / scale];
  const [centerX, centerY] = [(width - 1) / 2, (height - 1) / 2];
  const [x, y] = [centerX + right, centerY + down];
  return [a, b, centerX - a * x - b * y, d, e, centerY - d * x - e * y];
}

function radians(degrees: number): number {
  return degrees * Math.PI / 180;
}
