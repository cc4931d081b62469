/** The probability of each class at the size of a stamp, hidden from screen readers. */

interface MiniBarsProps {
  readonly probabilities: readonly number[];
  readonly classes: readonly string[];
  /** The actual class. */
  readonly label: number;
  /** The predicted class. */
  readonly predicted: number;
}

export function MiniBars({ probabilities, classes, label, predicted }: MiniBarsProps) {
  return (
    <span className="mini-bars" aria-hidden="true">
      {probabilities.map((probability, place) => (
        <span
          key={classes[place]}
          className="mini-bar"
          data-right={place === label ? true : place === predicted ? false : undefined}
          title={`${classes[place]}: ${(100 * probability).toFixed(1)}%`}
        >
          <span style={{ height: `${100 * probability}%` }} />
        </span>
      ))}
    </span>
  );
}
