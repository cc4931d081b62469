/** How probable each class seemed, in the space of a stamp. Only for eyes: what matters is said beside it. */

interface MiniBarsProps {
  readonly probabilities: readonly number[];
  readonly classes: readonly string[];
  /** What the sample is. */
  readonly label: number;
  /** What it was taken for. */
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
          title={`${classes[place]}: ${(100 * probability).toFixed(1)} %`}
        >
          <span style={{ height: `${100 * probability}%` }} />
        </span>
      ))}
    </span>
  );
}
