/** The probability of each class, as bars that follow the drawing. */
import { percent } from "../../../lib/format.ts";

interface ProbabilityBarsProps {
  /** The names of the classes, by number. */
  readonly classes: readonly string[];
  /** undefined without a prediction: the bars are empty. */
  readonly probabilities: readonly number[] | undefined;
  /** True if they belong to the current picture. */
  readonly isCurrent: boolean;
}

/** A bar for each class, busy until the probabilities belong to the current drawing. */
export function ProbabilityBars({ classes, probabilities, isCurrent }: ProbabilityBarsProps) {
  const most = Math.max(...probabilities ?? []);
  return (
    <ol className="bars" aria-label="Probabilities" aria-busy={!isCurrent}>
      {classes.map((name, place) => {
        const share = probabilities?.[place] ?? 0;
        return (
          <li key={name} className="bar" data-most={probabilities && share === most}>
            <span className="bar-name">{name}</span>
            <span className="bar-track" aria-hidden="true">
              <span className="bar-share" style={{ transform: `scaleX(${share})` }} />
            </span>
            <span className="bar-number">{probabilities ? percent(share) : "–"}</span>
          </li>
        );
      })}
    </ol>
  );
}
