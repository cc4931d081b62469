/**
 * A confusion matrix as an SVG picture: true classes are rows, predicted classes columns. Numbers are counts, which a
 * dense matrix of many classes shows as tooltips; shades are fractions of a row, on a square-root scale, on which 1 %
 * is visible.
 */
import { accuracy, type Confusion } from "../ml/metrics.ts";
import { inkOn, sequentialScale } from "./color_scale.ts";
import { BAR_SPACE, drawBar, framed, HEADING_HEIGHT, MARGIN, write } from "./frame.ts";
import { count } from "../lib/format.ts";
import { escapeXml } from "./escape_xml.ts";
import { PALETTES, type Theme } from "./palette.ts";
import { letterCount } from "./fonts/text_width.ts";

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
const MAX_SIZE = 1200;
const NAME_SIZE = 14;
/** Smallest cell that holds a number; those of a dense matrix are smaller. */
const SMALLEST_WRITTEN = 30;
const SMALLEST_CELL = 2;
const DENSE_NAME_SIZE = 10;
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
  const { background, muted, rule } = PALETTES[theme];
  const colors = sequentialScale(theme);
  const shade = (share: number) => colors(Math.sqrt(share));
  const layout = layOut(classes);
  const { cell, size, left, top, below } = layout;
  const total = counts.flat().reduce((sum, value) => sum + value, 0);
  const draw: DrawCell = layout.isDense
    ? ({ x, y, value, color, actual, predicted }) =>
      value === 0
        ? ""
        : `<rect x="${x}" y="${y}" width="${cell}" height="${cell}" fill="${color}">` +
          `<title>${
            escapeXml(`${classes[actual]} → ${classes[predicted]}: ${value}`)
          }</title></rect>`
    : ({ x, y, value, color }) => {
      const text = String(value);
      const fits = Math.floor((cell - 6) / (LETTER * text.length));
      return `<rect x="${x}" y="${y}" width="${cell}" height="${cell}" fill="${color}" ` +
        `stroke="${background}"/>` +
        write(x + cell / 2, y + cell / 2 + 5, text, {
          "font-size": Math.min(NAME_SIZE, fits),
          fill: value === 0 ? muted : inkOn(color),
        });
    };
  const cells = counts.flatMap((row, actual) => {
    const ofClass = row.reduce((sum, value) => sum + value, 0);
    return row.map((value, predicted) =>
      draw({
        x: left + predicted * cell,
        y: top + actual * cell,
        value,
        color: shade(ofClass === 0 ? 0 : value / ofClass),
        actual,
        predicted,
      })
    );
  });
  const ground = layout.isDense
    ? `<rect x="${left}" y="${top}" width="${size}" height="${size}" fill="${
      shade(0)
    }" stroke="${rule}"/>`
    : "";
  const middle = top + size / 2;
  const facts = [
    `accuracy ${(100 * accuracy(counts)).toFixed(2)}%`,
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
    ground + cells.join("") + drawNames(classes, layout) +
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
        ticks: SHARES.map((share) => ({ at: Math.sqrt(share), text: `${100 * share}%` })),
        colors,
        theme,
      }),
  );
}

/** A cell to draw. */
type DrawCell = (cell: {
  readonly x: number;
  readonly y: number;
  readonly value: number;
  readonly color: string;
  readonly actual: number;
  readonly predicted: number;
}) => string;

/** Sizes and places in a picture. */
interface Layout {
  readonly isDense: boolean;
  readonly cell: number;
  /** Size of the matrix. */
  readonly size: number;
  /** The matrix's corner. */
  readonly left: number;
  readonly top: number;
  /** Space for the names below. */
  readonly below: number;
  /** Angle of the names below, in degrees: those that do not fit are rotated. */
  readonly angle: 0 | -45 | -90;
  readonly nameSize: number;
}

function layOut(classes: readonly string[]): Layout {
  const fitting = Math.floor(MAX_SIZE / classes.length);
  const isDense = fitting < SMALLEST_WRITTEN;
  const cell = Math.max(SMALLEST_CELL, Math.min(CELL, fitting));
  const nameSize = isDense ? DENSE_NAME_SIZE : NAME_SIZE;
  const longest = Math.max(1, ...classes.map(letterCount));
  const nameWidth = Math.ceil(longest * nameSize * LETTER);
  const angle = isDense ? -90 : nameWidth < cell - 4 ? 0 : -45;
  return {
    isDense,
    cell,
    size: cell * classes.length,
    left: MARGIN + 28 + nameWidth + 10,
    top: MARGIN + HEADING_HEIGHT,
    below: { 0: 22, [-45]: 16 + Math.ceil(nameWidth * Math.SQRT1_2), [-90]: 12 + nameWidth }[angle],
    angle,
    nameSize,
  };
}

/** Writes the names of the classes; of very many, every other, third or so. */
function drawNames(classes: readonly string[], layout: Layout): string {
  const { isDense, cell, size, left, top, angle, nameSize } = layout;
  const every = isDense ? Math.ceil((nameSize + 1) / cell) : 1;
  return classes.flatMap((name, at) => {
    if (at % every !== 0) return [];
    const middle = cell * (at + 0.5);
    const [x, y] = [left + middle, top + size];
    const style = isDense ? { "font-size": nameSize } : {};
    const end = { ...style, "text-anchor": "end" };
    const drop = Math.round(nameSize * 0.36);
    const row = write(left - (isDense ? 4 : 10), top + middle + drop, name, end);
    if (angle === 0) return [row, write(x, y + 20, name)];
    const [turnX, turnY] = isDense ? [x + drop, y + 6] : [x + 5, y + 16];
    const transform = `rotate(${angle} ${turnX} ${turnY})`;
    return [row, write(turnX, turnY, name, { ...end, transform })];
  }).join("");
}
