/**
 * The preprocessing of a dataset: how a decoded image becomes the pixels that a network reads. It is part of a
 * dataset's manifest, and this one function is used for imports and for predictions.
 */
import type { Image } from "../tensor.ts";
import { type Box, resize } from "./resize.ts";

/** Colour modes of datasets: 8-bit grey or RGB. */
export const COLOR_MODES = ["GREY", "RGB"] as const;
export type ColorMode = (typeof COLOR_MODES)[number];

/** Ways to bring an image to another aspect ratio: cut its edges off, add black bars, or distort it. */
export const FITS = ["COVER", "CONTAIN", "STRETCH"] as const;
export type Fit = (typeof FITS)[number];

/** The preprocessing of images. Their EXIF orientation is applied when they are decoded. */
export interface Preprocessing {
  readonly width: number;
  readonly height: number;
  readonly color: ColorMode;
  readonly fit: Fit;
}

/** Returns the number of channels of a colour mode. */
export function channelsOf(color: ColorMode): 1 | 3 {
  return color === "GREY" ? 1 : 3;
}

/**
 * Brings an image to a dataset's colour and size. Greys are ITU-R 601-2 as Pillow's mode L; sizes are changed as by
 * Pillow's ImageOps.fit(), ImageOps.pad() and Image.resize() with BILINEAR.
 *
 * @param image decoded and upright, with one or three channels
 * @returns pixels [height, width, channels]
 */
export function preprocess(image: Image, { width, height, color, fit }: Preprocessing): Uint8Array {
  const colored = color === "GREY" ? toGrey(image) : toRgb(image);
  switch (fit) {
    case "COVER":
      return resize(colored, height, width, coveringBox(colored, height, width)).pixels;
    case "CONTAIN":
      return contain(colored, height, width);
    case "STRETCH":
      return resize(colored, height, width).pixels;
    default:
      return fit satisfies never;
  }
}

function toGrey({ shape: [height, width, channels], pixels }: Image): Image {
  if (channels === 1) return { shape: [height, width, 1], pixels };
  const grey = new Uint8Array(height * width);
  for (let at = 0, from = 0; at < grey.length; at++, from += channels) {
    const red = pixels[from] ?? 0, green = pixels[from + 1] ?? 0, blue = pixels[from + 2] ?? 0;
    grey[at] = (red * 19_595 + green * 38_470 + blue * 7_471 + 0x8000) >> 16;
  }
  return { shape: [height, width, 1], pixels: grey };
}

function toRgb({ shape: [height, width, channels], pixels }: Image): Image {
  if (channels === 3) return { shape: [height, width, 3], pixels };
  const colored = new Uint8Array(height * width * 3);
  for (let at = 0, to = 0; at < pixels.length; at++, to += 3) {
    const grey = pixels[at] ?? 0;
    colored[to] = grey;
    colored[to + 1] = grey;
    colored[to + 2] = grey;
  }
  return { shape: [height, width, 3], pixels: colored };
}

/** Returns the largest part in the middle of an image that has the aspect ratio of a size. */
function coveringBox({ shape: [height, width] }: Image, toHeight: number, toWidth: number): Box {
  const ratio = width / height;
  const wanted = toWidth / toHeight;
  const boxWidth = ratio > wanted ? wanted * height : width;
  const boxHeight = ratio < wanted ? width / wanted : height;
  const left = (width - boxWidth) * 0.5;
  const top = (height - boxHeight) * 0.5;
  return { left, top, right: left + boxWidth, bottom: top + boxHeight };
}

/** Resizes an image to fit into a size, and centers it on black. */
function contain(image: Image, toHeight: number, toWidth: number): Uint8Array {
  const [height, width, channels] = image.shape;
  const ratio = width / height;
  const wanted = toWidth / toHeight;
  const newHeight = ratio > wanted ? Math.max(1, roundEven((height / width) * toWidth)) : toHeight;
  const newWidth = ratio < wanted ? Math.max(1, roundEven((width / height) * toHeight)) : toWidth;
  const { pixels } = resize(image, newHeight, newWidth);
  if (newHeight === toHeight && newWidth === toWidth) return pixels;
  const padded = new Uint8Array(toHeight * toWidth * channels);
  const left = roundEven((toWidth - newWidth) * 0.5);
  const top = roundEven((toHeight - newHeight) * 0.5);
  const row = newWidth * channels;
  for (let y = 0; y < newHeight; y++) {
    padded.set(pixels.subarray(y * row, (y + 1) * row), ((y + top) * toWidth + left) * channels);
  }
  return padded;
}

/** Rounds to the nearest whole number, and halves to the even one, as Python's round(). */
function roundEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
