/// <reference lib="dom" />
/**
 * A confusion matrix as a table, shaded by count: blue for correct predictions, orange for errors. For the
 * keyboard it is a grid: one tab stop, arrows move, Enter selects a cell, Escape clears the selection.
 */
import { type CSSProperties, type KeyboardEvent, useRef, useState } from "react";
import { count } from "../../lib/format.ts";
import { type Cell, countAt, isSame, nameOf } from "./confusion.ts";
import type { ConfusionMatrix } from "./operations.ts";
import { sum } from "../../lib/sum.ts";

/** Most classes whose cells have room for numbers. */
const MAX_NUMBERED = 24;

interface ConfusionTableProps {
  readonly matrix: ConfusionMatrix;
  readonly chosen: Cell | undefined;
  /** Undefined where the errors of a cell cannot be shown. */
  readonly onChoose: ((cell: Cell | undefined) => void) | undefined;
}

/** The counts of samples by class and prediction; a cell can be chosen. */
export function ConfusionTable({ matrix, chosen, onChoose }: ConfusionTableProps) {
  const { classes, counts } = matrix;
  const table = useRef<HTMLTableElement>(null);
  const [stop, setStop] = useState<Cell>({ label: 0, predicted: 0 });
  const [pointed, setPointed] = useState<Cell>();
  const [focused, setFocused] = useState<Cell>();
  const most = maxErrors(counts);
  const shown = pointed ?? focused ?? chosen;

  const choose = (cell: Cell) => {
    if (cell.label === cell.predicted || countAt(cell, matrix) === 0) return;
    onChoose?.(isSame(cell, chosen) ? undefined : cell);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Enter" || event.key === " ") choose(stop);
    else if (event.key === "Escape") onChoose?.(undefined);
    else if (!move(event.key)) return;
    event.preventDefault();
  };
  const move = (key: string): boolean => {
    const to = moved(stop, key, classes.length - 1);
    if (!to) return false;
    setStop(to);
    // The keyboard takes over from a pointer left on another cell.
    setPointed(undefined);
    table.current?.querySelector<HTMLElement>(`[data-cell="${to.label} ${to.predicted}"]`)?.focus();
    return true;
  };

  return (
    <figure className="confusion">
      <div className="confusion-box">
        <span className="confusion-axis" aria-hidden="true">Predicted</span>
        <span className="confusion-axis confusion-axis-actual" aria-hidden="true">Actual</span>
        <table
          ref={table}
          className="confusion-table"
          role="grid"
          aria-label="Confusion matrix: actual classes in rows, predicted ones in columns"
          data-still={onChoose === undefined || undefined}
          data-dense={classes.length > MAX_NUMBERED}
          data-names={classes.some((name) => name.length > 2) ? "long" : "short"}
          onKeyDown={press}
          onPointerLeave={() => setPointed(undefined)}
          onBlur={() => setFocused(undefined)}
        >
          <HeadRow classes={classes} marked={shown?.predicted} />
          <tbody>
            {counts.map((row, label) => (
              <tr key={classes[label]}>
                <th scope="row" data-told={shown?.label === label}>{classes[label]}</th>
                {row.map((times, predicted) => (
                  <MatrixCell
                    key={classes[predicted]}
                    cell={{ label, predicted }}
                    matrix={matrix}
                    heat={label === predicted ? times / sum(row) : Math.sqrt(times / most)}
                    stop={stop}
                    chosen={chosen}
                    onPoint={setPointed}
                    onFocus={(cell) => {
                      setStop(cell);
                      setFocused(cell);
                    }}
                    onChoose={choose}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <figcaption className="confusion-told" aria-hidden="true">
        {shown ? nameOf(shown, matrix) : onChoose && "Click a cell to see its errors."}
      </figcaption>
    </figure>
  );
}

interface HeadRowProps {
  readonly classes: readonly string[];
  /** The predicted class of the described cell. */
  readonly marked: number | undefined;
}

function HeadRow({ classes, marked }: HeadRowProps) {
  return (
    <thead>
      <tr>
        <td />
        {classes.map((name, predicted) => (
          <th key={name} scope="col" data-told={marked === predicted}>
            <span>{name}</span>
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** Returns the largest count of an error, at least 1. */
function maxErrors(counts: ConfusionMatrix["counts"]): number {
  return Math.max(
    1,
    ...counts.flatMap((row, label) => row.filter((_, predicted) => predicted !== label)),
  );
}

interface MatrixCellProps {
  readonly cell: Cell;
  readonly matrix: ConfusionMatrix;
  /** Saturation of the colour, from 0 to 1. */
  readonly heat: number;
  /** The grid's tab stop. */
  readonly stop: Cell;
  readonly chosen: Cell | undefined;
  onPoint(cell: Cell): void;
  onFocus(cell: Cell): void;
  onChoose(cell: Cell): void;
}

function MatrixCell(
  { cell, matrix, heat, stop, chosen, onPoint, onFocus, onChoose }: MatrixCellProps,
) {
  const { label, predicted } = cell;
  const isRight = label === predicted;
  const times = countAt(cell, matrix);
  return (
    <td
      role="gridcell"
      tabIndex={isSame(cell, stop) ? 0 : -1}
      className="confusion-cell"
      data-cell={`${label} ${predicted}`}
      data-right={isRight}
      aria-label={nameOf(cell, matrix)}
      aria-selected={isRight || times === 0 ? undefined : isSame(cell, chosen)}
      style={heatStyle(heat)}
      onPointerEnter={() => onPoint(cell)}
      onFocus={() => onFocus(cell)}
      onClick={() => onChoose(cell)}
    >
      {times > 0 && matrix.classes.length <= MAX_NUMBERED && count(times)}
    </td>
  );
}

/** Returns the cell that a key moves to; undefined for other keys. */
function moved({ label, predicted }: Cell, key: string, last: number): Cell | undefined {
  const within = (place: number) => Math.min(last, Math.max(0, place));
  switch (key) {
    case "ArrowLeft":
      return { label, predicted: within(predicted - 1) };
    case "ArrowRight":
      return { label, predicted: within(predicted + 1) };
    case "ArrowUp":
      return { label: within(label - 1), predicted };
    case "ArrowDown":
      return { label: within(label + 1), predicted };
    case "Home":
      return { label, predicted: 0 };
    case "End":
      return { label, predicted: last };
    default:
      return undefined;
  }
}

/** @param share saturation of the colour, from 0 to 1 */
function heatStyle(share: number): CSSProperties {
  return { ["--heat" as string]: Number.isFinite(share) ? share : 0 };
}
