/** How probable each class seems, as bars that move with the drawing. */
import { percent } from "../../parts/format.ts";

interface ProbabilityBarsProps {
  /** The classes' names, by number. */
  readonly classes: readonly string[];
  /** undefined: nothing is known yet, and the bars are empty. */
  readonly probabilities: readonly number[] | undefined;
  /** Whether they are about the present picture. */
  readonly isCurrent: boolean;
}

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
