/**
 * Kernels of a convolution as an SVG picture. Each weight is a square, coloured by its value relative to the
 * layer's largest absolute weight. Kernels of one channel are in rows of eight, and those of three, whose weights are
 * shares of red, green and blue; others are a column each, with a square per channel.
 */
import { divergingScale } from "./color_scale.ts";
import { BAR_SPACE, drawBar, framed, HEADING_HEIGHT, MARGIN, write } from "./frame.ts";
import { count } from "../lib/format.ts";
import { PALETTES, type Theme } from "./palette.ts";

/** A layer's kernels. */
export interface Kernels {
  /** 'conv1' */
  readonly layer: string;
  /** PyTorch's: [out, in, height, width]. */
  readonly shape: readonly [out: number, in_: number, height: number, width: number];
  /** In the order of the shape. */
  readonly values: ArrayLike<number>;
}

/** Title and colours. */
export interface KernelsSvgOptions {
  readonly title?: string;
  /** Position in the training: 'epoch 5, step 9,375'. */
  readonly place?: string;
  readonly theme?: Theme;
}

/** Layout of the tiles, with their labels. */
interface Grid {
  /** Size of a weight, in CSS pixels. */
  readonly weight: number;
  readonly width: number;
  readonly height: number;
  /** Returns the position of a tile, relative to the grid's corner. */
  place(out: number, channel: number): readonly [x: number, y: number];
  /** SVG of the labels, with the grid's corner at 0, 0. */
  readonly labels: string;
}

const PER_ROW = 8;
const LEFT = 44;

/** Number of channels of a colour image. */
const RGB = 3;

/** Number of shades on each side of zero. */
const SHADES = 127;

/** Returns the largest absolute value, the end of the colour scale. */
function largestWeight(values: ArrayLike<number>): number {
  return Array.from(values).reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}

/**
 * Draws kernels.
 *
 * @example
 * ```ts
 * kernelsSvg({ layer: "conv1", shape: [32, 1, 3, 3], values }, { title: "BASIC_CNN, seed 1" });
 * ```
 */
export function kernelsSvg(kernels: Kernels, options: KernelsSvgOptions = {}): string {
  const { layer, shape: [out, channels, height, width], values } = kernels;
  const { title = "", place = "", theme = "light" } = options;
  const { rule, muted } = PALETTES[theme];
  const colors = divergingScale(theme);
  const largest = largestWeight(values);
  const isRgb = channels === RGB;
  const grid = channels === 1 || isRgb
    ? inRows(out, height, width, muted)
    : inColumns(out, channels, height, width, muted);
  const { weight } = grid;
  const [left, top] = [MARGIN + LEFT, MARGIN + HEADING_HEIGHT];

  const outlines: string[] = [];
  /** The squares of each colour, as one path. */
  const squares = new Map<string, string[]>();
  const area = height * width;
  const shareOf = (at: number) => largest === 0 ? 0 : (values[at] ?? 0) / largest;
  for (let kernel = 0; kernel < out; kernel++) {
    for (let channel = 0; channel < (isRgb ? 1 : channels); channel++) {
      const [x, y] = grid.place(kernel, channel);
      outlines.push(
        `M${x - 0.5} ${y - 0.5}h${width * weight + 1}v${height * weight + 1}h-${
          width * weight + 1
        }z`,
      );
      const first = (kernel * channels + channel) * area;
      for (let at = 0; at < area; at++) {
        const color = isRgb
          ? rgbOf([0, area, 2 * area].map((channel) => shareOf(first + channel + at)))
          : colors(Math.round(SHADES * shareOf(first + at)) / SHADES);
        const [column, row] = [at % width, Math.floor(at / width)];
        const square = `M${x + column * weight} ${
          y + row * weight
        }h${weight}v${weight}h-${weight}z`;
        squares.getOrInsertComputed(color, () => []).push(square);
      }
    }
  }
  const paths = [...squares].map(([color, parts]) =>
    `<path fill="${color}" d="${parts.join("")}"/>`
  );
  const facts = [
    `${layer}: ${count(out)} ${out === 1 ? "kernel" : "kernels"} of ${height} × ${width}` +
    (channels === 1 ? "" : ` × ${isRgb ? "RGB, grey is 0" : `${count(channels)} channels`}`),
    place,
  ];
  return framed(
    {
      width: left + grid.width + (isRgb ? 0 : BAR_SPACE) + MARGIN,
      height: top + grid.height + (channels === 1 || isRgb ? 0 : 48) + MARGIN,
      title,
      facts: facts.filter((fact) => fact !== "").join(" · "),
      theme,
    },
    `<g transform="translate(${left} ${top})">` +
      `<g shape-rendering="crispEdges"><path fill="none" stroke="${rule}" d="${
        outlines.join("")
      }"/>${paths.join("")}</g>${grid.labels}</g>` +
      (isRgb ? "" : drawBar({
        right: left + grid.width,
        top,
        height: Math.min(grid.height, 320),
        name: "weight",
        ticks: ticksTo(largest),
        colors: (at) => colors(2 * at - 1),
        theme,
      })),
  );
}

/** Returns the colour of three weights, given as shares of the largest: grey where all are 0. */
function rgbOf(shares: readonly number[]): string {
  return `rgb(${shares.map((share) => Math.round(127.5 * (1 + share))).join(",")})`;
}

/** Lays out one tile per kernel, eight in a row, with the number of the first kernel of each row. */
function inRows(out: number, height: number, width: number, muted: string): Grid {
  const weight = Math.max(2, Math.round(64 / Math.max(height, width)));
  const gap = 10;
  const [across, down] = [width * weight + gap, height * weight + gap];
  const rows = Math.ceil(out / PER_ROW);
  const labels = Array.from(
    { length: rows },
    (_, row) =>
      write(-14, row * down + (down - gap) / 2 + 5, String(row * PER_ROW), {
        "text-anchor": "end",
        fill: muted,
      }),
  );
  return {
    weight,
    width: Math.min(out, PER_ROW) * across - gap,
    height: rows * down - gap,
    place: (kernel) => [kernel % PER_ROW * across, Math.floor(kernel / PER_ROW) * down],
    labels: labels.join(""),
  };
}

/** Lays out a column of tiles per kernel and a row per input channel. */
function inColumns(
  out: number,
  channels: number,
  height: number,
  width: number,
  muted: string,
): Grid {
  const weight = Math.max(3, Math.round(12 / Math.max(height, width)));
  const gap = 3;
  const [across, down] = [width * weight + gap, height * weight + gap];
  const [fullWidth, fullHeight] = [out * across - gap, channels * down - gap];
  const every = (length: number) =>
    Array.from({ length: Math.ceil(length / 8) }, (_, at) => 8 * at);
  return {
    weight,
    width: fullWidth,
    height: fullHeight,
    place: (kernel, channel) => [kernel * across, channel * down],
    labels: [
      ...every(out).map((kernel) =>
        write(kernel * across + (across - gap) / 2, fullHeight + 20, String(kernel), {
          fill: muted,
        })
      ),
      ...every(channels).map((channel) =>
        write(-10, channel * down + (down - gap) / 2 + 5, String(channel), {
          "text-anchor": "end",
          fill: muted,
        })
      ),
      write(fullWidth / 2, fullHeight + 44, "kernel"),
      write(-fullHeight / 2, -40, "input channel", { transform: "rotate(-90)" }),
    ].join(""),
  };
}

function ticksTo(largest: number) {
  if (largest === 0) return [{ at: 0.5, text: "0" }];
  const text = String(Number(largest.toPrecision(2)));
  return [{ at: 1, text: `+${text}` }, { at: 0.5, text: "0" }, { at: 0, text: `−${text}` }];
}
