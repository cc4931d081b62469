/// <reference lib="dom" />
/**
 * All samples of a selection in a grid that renders only the visible part. It is one tab stop: arrows, Page
 * Up and Down, Home and End move in it, Enter opens a sample.
 */
import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type CSSProperties,
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useRef,
  useState,
} from "react";
import { count } from "../../lib/format.ts";
import type { Sample, Selection } from "./operations.ts";
import { SampleDialog } from "./sample_dialog.tsx";
import { useSamples } from "./use_samples.ts";

/** Width of a cell with its gap, in pixels: 28 twice, and its label. */
const CELL_WIDTH = 64;

/** The same for labels of more letters. */
const WIDE_CELL_WIDTH = 100;
const LONG_NAME = 8;
const CELL_HEIGHT = 82;

interface SampleGridProps {
  readonly selection: Selection;
  /** The names of the classes, for whose length cells have room. */
  readonly classes: readonly string[];
}

/** A grid of the selected samples, which loads the visible ones. */
export function SampleGrid({ selection, classes }: SampleGridProps) {
  const samples = useSamples(selection);
  const { totalCount, error, need, at } = samples;
  const box = useRef<HTMLDivElement>(null);
  const isWide = classes.some(({ length }) => length > LONG_NAME);
  const columns = useColumns(box, isWide ? WIDE_CELL_WIDTH : CELL_WIDTH);
  const [active, setActive] = useState(0);
  const [opened, setOpened] = useState<number>();
  const moved = useRef(false);
  const total = totalCount ?? 0;
  const rows = useVirtualizer({
    count: Math.ceil(total / columns),
    getScrollElement: () => box.current,
    estimateSize: () => CELL_HEIGHT,
    overscan: 3,
  });
  const inSight = rows.getVirtualItems();
  const from = (inSight[0]?.index ?? 0) * columns;
  const to = Math.min(total, ((inSight.at(-1)?.index ?? 0) + 1) * columns);

  useNeeded(from, to, need);
  useFocusOf(active, box, moved);

  const move = (event: KeyboardEvent) => {
    const page = columns * Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / CELL_HEIGHT));
    const step = stepOf(event.key, { columns, page, total });
    if (step === undefined) return;
    event.preventDefault();
    const place = Math.min(total - 1, Math.max(0, active + step));
    setActive(place);
    moved.current = true;
    rows.scrollToIndex(Math.floor(place / columns));
  };

  if (error) return <p className="panel-error" role="alert">{error}</p>;
  const sample = opened === undefined ? undefined : at(opened);
  return (
    <>
      <p className="panel-note" role="status">
        {totalCount === undefined ? "Loading…" : `${count(total)} samples`}
      </p>
      <div
        ref={box}
        className="grid"
        data-wide={isWide || undefined}
        role="group"
        aria-label="Samples"
        onKeyDown={move}
      >
        <div className="grid-all" style={{ height: rows.getTotalSize() }}>
          {inSight.map(({ index: row, start }) => (
            <Row
              key={row}
              start={start}
              columns={columns}
              places={placesOf(row, columns, total)}
              active={active}
              at={at}
              onOpen={(place) => {
                setActive(place);
                setOpened(place);
              }}
            />
          ))}
        </div>
      </div>
      {sample && opened !== undefined && (
        <SampleDialog
          sample={sample}
          selection={selection}
          onPrevious={opened > 0 ? () => setOpened(opened - 1) : undefined}
          onNext={at(opened + 1) ? () => setOpened(opened + 1) : undefined}
          onClose={() => setOpened(undefined)}
        />
      )}
    </>
  );
}

/** Asks for the samples from a place up to another. */
function useNeeded(from: number, to: number, need: (first: number, last: number) => void): void {
  useEffect(() => {
    if (to > from) need(from, to - 1);
  }, [from, to, need]);
}

/** Moves the focus to the active cell after it was moved by a key. */
function useFocusOf(
  active: number,
  box: RefObject<HTMLElement | null>,
  moved: RefObject<boolean>,
): void {
  useEffect(() => {
    if (!moved.current) return;
    const cell = box.current?.querySelector<HTMLElement>(`[data-place="${active}"]`);
    if (!cell) return; // The cell scrolled to exists after the next rendering.
    cell.focus({ preventScroll: true });
    moved.current = false;
  });
}

/** Returns how many places a key moves; undefined for other keys. */
function stepOf(
  key: string,
  { columns, page, total }: Readonly<Record<"columns" | "page" | "total", number>>,
): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    PageUp: -page,
    PageDown: page,
    Home: -total,
    End: total,
  };
  return steps[key];
}

interface RowProps {
  /** Pixels from the top of the grid. */
  readonly start: number;
  readonly columns: number;
  readonly places: readonly number[];
  /** The place that is the grid's tab stop. */
  readonly active: number;
  at(place: number): Sample | undefined;
  onOpen(place: number): void;
}

function Row({ start, columns, places, active, at, onOpen }: RowProps) {
  return (
    <div className="grid-row" style={rowStyle(start, columns)}>
      {places.map((place) => (
        <Cell
          key={place}
          place={place}
          sample={at(place)}
          isTabStop={place === active}
          onOpen={() => onOpen(place)}
        />
      ))}
    </div>
  );
}

function placesOf(row: number, columns: number, total: number): readonly number[] {
  const first = row * columns;
  return Array.from({ length: Math.min(columns, total - first) }, (_, column) => first + column);
}

function rowStyle(start: number, columns: number): CSSProperties {
  return { transform: `translateY(${start}px)`, ["--columns" as string]: columns };
}

interface CellProps {
  readonly place: number;
  readonly sample: Sample | undefined;
  readonly isTabStop: boolean;
  onOpen(): void;
}

function Cell({ place, sample, isTabStop, onOpen }: CellProps) {
  return (
    <button
      type="button"
      className="grid-cell"
      data-place={place}
      tabIndex={isTabStop ? 0 : -1}
      aria-label={sample ? `Sample ${sample.index}: ${sample.className}` : "Loading"}
      title={sample && `Sample ${count(sample.index)}: ${sample.className}`}
      onClick={onOpen}
    >
      {sample
        ? <img className="digit" src={sample.image} alt="" width="56" height="56" />
        : <span className="digit" />}
      <span className="grid-label">{sample?.className}</span>
    </button>
  );
}

/** Counts the cells that fit into the width. */
function useColumns(box: RefObject<HTMLElement | null>, width: number): number {
  const [columns, setColumns] = useState(8);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      setColumns(Math.max(1, Math.floor(element.clientWidth / width)));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [box, width]);
  return columns;
}
