/**
 * A confusion matrix as an SVG picture: true classes are rows, predicted classes columns. Numbers are counts;
 * shades are fractions of a row, on a square-root scale, on which 1 % is visible.
 */
import { accuracy, type Confusion } from "../ml/metrics.ts";
import { inkOn, sequentialScale } from "./color_scale.ts";
import { BAR_SPACE, drawBar, framed, HEADING_HEIGHT, MARGIN, write } from "./frame.ts";
import { count } from "../lib/format.ts";
import { PALETTES, type Theme } from "./palette.ts";

/** Counts by true and predicted class. */
export interface ConfusionCounts {
  /** Names of the classes, by label. */
  readonly classes: readonly string[];
  readonly counts: Confusion;
}

/** Title and colours. */
export interface ConfusionSvgOptions {
  readonly title?: string;
  /** Name of the classified samples: 'MNIST test set'. */
  readonly samples?: string;
  /** Position in the training: 'epoch 5, step 9,375'. */
  readonly place?: string;
  readonly theme?: Theme;
}

/** Size of a cell with ten classes, in CSS pixels; smaller with more classes. */
const CELL = 54;
const SMALLEST_CELL = 30;
const MAX_SIZE = 1200;
const NAME_SIZE = 14;
/** Maximum width of a letter, as a fraction of the font size. */
const LETTER = 0.6;

/** Ticks of the colour bar. */
const SHARES = [0, 0.01, 0.05, 0.2, 0.5, 1] as const;

/**
 * Draws a confusion matrix with its accuracy and number of samples.
 *
 * @example
 * ```ts
 * confusionSvg({ classes: ["cat", "dog"], counts: [[9, 1], [2, 8]] }, { title: "Pets" });
 * ```
 */
export function confusionSvg(
  { classes, counts }: ConfusionCounts,
  options: ConfusionSvgOptions = {},
): string {
  const { title = "", samples = "", place = "", theme = "light" } = options;
  const { background, muted } = PALETTES[theme];
  const colors = sequentialScale(theme);
  const shade = (share: number) => colors(Math.sqrt(share));
  const cell = Math.max(
    SMALLEST_CELL,
    Math.min(CELL, Math.floor(MAX_SIZE / classes.length)),
  );
  const size = cell * classes.length;
  const longest = Math.max(1, ...classes.map((name) => [...name].length));
  const nameWidth = Math.ceil(longest * NAME_SIZE * LETTER);
  const upright = nameWidth < cell - 4;
  const left = MARGIN + 28 + nameWidth + 10;
  const top = MARGIN + HEADING_HEIGHT;
  // Names that do not fit below their columns are rotated.
  const below = upright ? 22 : 16 + Math.ceil(nameWidth * Math.SQRT1_2);
  const total = counts.flat().reduce((sum, value) => sum + value, 0);

  const cells = counts.flatMap((row, actual) => {
    const ofClass = row.reduce((sum, value) => sum + value, 0);
    return row.map((value, predicted) => {
      const color = shade(ofClass === 0 ? 0 : value / ofClass);
      const [x, y] = [left + predicted * cell, top + actual * cell];
      const text = String(value);
      const fits = Math.floor((cell - 6) / (LETTER * text.length));
      const ink = value === 0 ? muted : inkOn(color);
      return `<rect x="${x}" y="${y}" width="${cell}" height="${cell}" fill="${color}" ` +
        `stroke="${background}"/>` +
        write(x + cell / 2, y + cell / 2 + 5, text, {
          "font-size": Math.min(NAME_SIZE, fits),
          fill: ink,
        });
    });
  });
  const names = classes.flatMap((name, at) => {
    const middle = cell * (at + 0.5);
    const [x, y] = [left + middle, top + size];
    return [
      write(left - 10, top + middle + 5, name, { "text-anchor": "end" }),
      upright ? write(x, y + 20, name) : write(x + 5, y + 16, name, {
        "text-anchor": "end",
        transform: `rotate(-45 ${x + 5} ${y + 16})`,
      }),
    ];
  });
  const middle = top + size / 2;
  const facts = [
    `accuracy ${(100 * accuracy(counts)).toFixed(2)} %`,
    `n = ${count(total)}${samples === "" ? "" : ` (${samples})`}`,
    place,
  ];
  return framed(
    {
      width: left + size + BAR_SPACE + MARGIN,
      height: top + size + below + 28 + MARGIN,
      title,
      facts: facts.filter((fact) => fact !== "").join(" · "),
      theme,
    },
    cells.join("") + names.join("") +
      write(left + size / 2, top + size + below + 24, "predicted", { "font-weight": "bold" }) +
      write(MARGIN + 12, middle, "actual", {
        "font-weight": "bold",
        transform: `rotate(-90 ${MARGIN + 12} ${middle})`,
      }) +
      drawBar({
        right: left + size,
        top,
        height: Math.min(size, 320),
        name: "share of row",
        ticks: SHARES.map((share) => ({ at: Math.sqrt(share), text: `${100 * share} %` })),
        colors,
        theme,
      }),
  );
}
