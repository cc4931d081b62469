/** A sample of a run's line, drawn before the run's name. */
import type { LineStyle } from "../../../pictures/comparison_option.ts";

const SHAPES = {
  circle: <circle cx="14" cy="6" r="3.5" />,
  diamond: <path d="M14 1.5l4.5 4.5-4.5 4.5L9.5 6z" />,
  rect: <rect x="10.5" y="2.5" width="7" height="7" />,
  triangle: <path d="M14 2l4 7.5h-8z" />,
} as const;

/** A short line with the colour, dashes and symbol of a run. */
export function LineSample({ color, dashes, symbol }: LineStyle) {
  return (
    <svg className="line-sample" viewBox="0 0 28 12" aria-hidden="true">
      <path
        d="M0 6h28"
        stroke={color}
        strokeWidth="2"
        strokeDasharray={dashes.length > 0 ? dashes.join(" ") : undefined}
      />
      <g fill={color}>{SHAPES[symbol]}</g>
    </svg>
  );
}
