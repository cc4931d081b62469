/** A curve the size of a word: one number over time, from zero to its maximum. */

const WIDTH = 100;
const HEIGHT = 24;
/** Keeps the line whole at its highest point. */
const MARGIN = 1.5;

interface SparklineProps {
  /** Its description for screen readers. */
  readonly label: string;
  /** Equally spaced values, in order; null where unknown. */
  readonly values: readonly (number | null)[];
  /** The top of the scale; the greatest value by default. */
  readonly max?: number | undefined;
  /** A place along the curve to mark, 0 to 1. */
  readonly mark?: number | undefined;
}

/** A small curve without axes, with a text for screen readers. */
export function Sparkline({ label, values, max, mark }: SparklineProps) {
  const known = values.filter((value) => value !== null);
  const top = max ?? Math.max(...known);
  const x = (at: number) => values.length === 1 ? WIDTH : at / (values.length - 1) * WIDTH;
  const y = (value: number) =>
    HEIGHT - MARGIN - (top > 0 ? value / top : 0) * (HEIGHT - 2 * MARGIN);
  const points = values.flatMap((value, at) => value === null ? [] : [[x(at), y(value)]] as const);
  const line = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
  const [first] = points;
  const last = points.at(-1);
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {first && last && <polygon points={`${first[0]},${HEIGHT} ${line} ${last[0]},${HEIGHT}`} />}
      <polyline points={line} />
      {mark !== undefined && <path d={`M${(mark * WIDTH).toFixed(1)},0 v${HEIGHT}`} />}
    </svg>
  );
}
