/**
 * Tables: aligned and coloured for eyes, and values between tabs for programs where the output is no terminal.
 */
import stringWidth from "string-width";
import { type Terminal, tint, type Tone } from "../train/terminal.ts";
import { oneLine } from "./format.ts";

/** A column of a table. */
export interface Column<Row> {
  readonly head: string;
  /** What eyes see. */
  value(row: Row): string;
  /** What programs read, where it is something else. */
  raw?(row: Row): string;
  readonly right?: true;
  /** Gives way where there is not enough room. */
  readonly shrinks?: true;
  tone?(row: Row): Tone | undefined;
}

/** Where a table is shown. */
export interface Canvas {
  /** Whether eyes see it. */
  readonly isTerminal: boolean;
  readonly terminal: Terminal;
  readonly columns: number;
}

const GAP = "  ";
/** What is left of a column that gives way. */
const LEAST_WIDTH = 12;

/** The lines of a table, with its head. */
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
  columns: readonly Column<Row>[],
  { terminal, columns: room }: Canvas,
): readonly string[] {
  const cells = rows.map((row) => columns.map((column) => oneLine(column.value(row))));
  const widths = columns.map(({ head }, index) =>
    Math.max(head.length, ...cells.map((row) => stringWidth(row[index] ?? "")))
  );
  let excess = widths.reduce((sum, width) => sum + width, 0) + GAP.length * (widths.length - 1) -
    room;
  for (const [index, { shrinks }] of columns.entries()) {
    const width = widths[index] ?? 0;
    if (!shrinks || excess <= 0 || width <= LEAST_WIDTH) continue;
    widths[index] = Math.max(LEAST_WIDTH, width - excess);
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

/** As much of a text as fits, by whole characters. */
function shortened(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = "";
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (stringWidth(kept + segment) > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}
