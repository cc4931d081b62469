/** The probability of each class at the size of a stamp, hidden from screen readers. */

/** Most classes that there is room for. */
const MAX_BARS = 24;

/** Number of the most probable classes that are shown of more. */
const SHOWN_OF_MORE = 10;

interface MiniBarsProps {
  readonly probabilities: readonly number[];
  readonly classes: readonly string[];
  /** The actual class. */
  readonly label: number;
  /** The predicted class. */
  readonly predicted: number;
}

/** A small bar for each class; those of the true and the predicted class are marked. */
export function MiniBars({ probabilities, classes, label, predicted }: MiniBarsProps) {
  const probabilityOf = (place: number) => probabilities[place] ?? 0;
  return (
    <span className="mini-bars" aria-hidden="true">
      {shownOf(probabilities, label).map((place) => (
        <span
          key={classes[place]}
          className="mini-bar"
          data-right={place === label ? true : place === predicted ? false : undefined}
          title={`${classes[place]}: ${(100 * probabilityOf(place)).toFixed(1)}%`}
        >
          <span style={{ height: `${100 * probabilityOf(place)}%` }} />
        </span>
      ))}
    </span>
  );
}

/** Returns the classes to show, in their order: all, or the most probable ones and the actual one. */
function shownOf(probabilities: readonly number[], label: number): readonly number[] {
  const all = [...probabilities.keys()];
  if (all.length <= MAX_BARS) return all;
  const best = all.toSorted((a, b) => (probabilities[b] ?? 0) - (probabilities[a] ?? 0));
  const shown = new Set([...best.slice(0, SHOWN_OF_MORE), label]);
  return all.filter((place) => shown.has(place));
}
