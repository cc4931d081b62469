/** A curve the size of a word: how one number went, from nothing to its greatest value. */

const WIDTH = 100;
const HEIGHT = 24;
/** So that the line is whole where it is highest. */
const MARGIN = 1.5;

interface SparklineProps {
  /** What it shows, in words. */
  readonly label: string;
  /** In order, at equal distances. Null where nothing is known. */
  readonly values: readonly (number | null)[];
  /** The greatest value that there can be; the greatest of the values if absent. */
  readonly max?: number;
}

export function Sparkline({ label, values, max }: SparklineProps) {
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
    </svg>
  );
}
