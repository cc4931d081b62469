/** Tables: aligned and coloured on a terminal, tab-separated values elsewhere. */
import stringWidth from "string-width";
import { inspectTerminal, type Terminal, tint, type Tone } from "../terminal/terminal.ts";
import { oneLine } from "../../lib/format.ts";

/** A column of a table. */
export interface Column<Row> {
  readonly head: string;
  /** Formats a cell for people. */
  value(row: Row): string;
  /** Formats a cell for programs, if it differs. */
  raw?(row: Row): string;
  readonly right?: true;
  /** Narrowed if the terminal is too narrow. */
  readonly shrinks?: true;
  /** Left out if the terminal is too narrow. */
  readonly drops?: true;
  tone?(row: Row): Tone | undefined;
}

/** The place that a table is printed to. */
export interface Canvas {
  /** True on a terminal. */
  readonly isTerminal: boolean;
  readonly terminal: Terminal;
  readonly columns: number;
}

/** Describes the standard output. */
export function standardCanvas(): Canvas {
  const isTerminal = Deno.stdout.isTerminal();
  return {
    isTerminal,
    terminal: inspectTerminal(isTerminal, Deno.env),
    columns: isTerminal ? Deno.consoleSize().columns : Infinity,
  };
}

const GAP = "  ";
/** The narrowest width of a column. */
const MIN_WIDTH = 12;

/** Formats a table with its head as lines. */
export function tableLines<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  canvas: Canvas,
): readonly string[] {
  return canvas.isTerminal ? aligned(rows, columns, canvas) : tabbed(rows, columns);
}

function tabbed<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): readonly string[] {
  return [
    columns.map(({ head }) => head),
    ...rows.map((row) => columns.map((column) => oneLine(column.raw?.(row) ?? column.value(row)))),
  ].map((cells) => cells.join("\t"));
}

function aligned<Row>(
  rows: readonly Row[],
  all: readonly Column<Row>[],
  { terminal, columns: room }: Canvas,
): readonly string[] {
  const measured = all.map((column) => measure(column, rows));
  const shown = totalWidth(measured) > room ? measured.filter(isKept) : measured;
  const columns = shown.map(({ column }) => column);
  const cells = rows.map((_, at) => shown.map(({ texts }) => texts[at] ?? ""));
  const widths = shown.map(({ width }) => width);
  let excess = totalWidth(shown) - room;
  for (const [index, { shrinks }] of columns.entries()) {
    const width = widths[index] ?? 0;
    if (!shrinks || excess <= 0 || width <= MIN_WIDTH) continue;
    widths[index] = Math.max(MIN_WIDTH, width - excess);
    excess -= width - (widths[index] ?? 0);
  }
  const line = (
    texts: readonly string[],
    toneOf: (column: Column<Row>) => Tone | undefined,
  ) =>
    columns.map((column, index) => {
      const text = shortened(texts[index] ?? "", widths[index] ?? 0);
      const space = " ".repeat(Math.max(0, (widths[index] ?? 0) - stringWidth(text)));
      const tone = toneOf(column);
      const shown = tone === undefined ? text : tint(terminal, tone, text);
      return column.right ? space + shown : shown + space;
    }).join(GAP).trimEnd();
  return [
    line(columns.map(({ head }) => head), () => "dim"),
    ...rows.map((row, index) => line(cells[index] ?? [], (column) => column.tone?.(row))),
  ];
}

/** A column with its cells and the width that they need. */
interface Measured<Row> {
  readonly column: Column<Row>;
  readonly texts: readonly string[];
  readonly width: number;
}

function measure<Row>(column: Column<Row>, rows: readonly Row[]): Measured<Row> {
  const texts = rows.map((row) => oneLine(column.value(row)));
  return {
    column,
    texts,
    width: Math.max(column.head.length, ...texts.map((text) => stringWidth(text))),
  };
}

function isKept<Row>({ column: { drops } }: Measured<Row>): boolean {
  return !drops;
}

function totalWidth(columns: readonly Pick<Measured<never>, "width">[]): number {
  return columns.reduce((sum, { width }) => sum + width, 0) + GAP.length * (columns.length - 1);
}

/** Cuts a text to a width, by whole graphemes. */
function shortened(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = "";
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (stringWidth(kept + segment) > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}
