/** Learning rates over a training as a small curve, with the first, the greatest and the last. */
import { Sparkline } from "../run/sparkline.tsx";

interface LearningRatesProps {
  /** Learning rates in order, equally spaced. */
  readonly rates: readonly number[];
  /** The trained share of the steps, 0 to 1, which is marked. */
  readonly done?: number;
}

/** Draws learning rates, unless all are the same. */
export function LearningRates({ rates, done }: LearningRatesProps) {
  const [first = NaN] = rates;
  const last = rates.at(-1) ?? NaN;
  if (rates.every((rate) => rate === first)) return null;
  const greatest = rates.reduce((most, rate) => Math.max(most, rate), 0);
  const text = greatest > Math.max(first, last)
    ? `${short(first)} to ${short(greatest)} to ${short(last)}`
    : `${short(first)} to ${short(last)}`;
  const isGoingOn = done !== undefined && done > 0 && done < 1;
  const now = rates[Math.round((done ?? 0) * (rates.length - 1))] ?? NaN;
  return (
    <div className="rates">
      <span className="field-name">
        Learning rate: {text}
        {isGoingOn && `, now ${short(now)}`}
      </span>
      <Sparkline
        label={`Learning rate from ${text}`}
        values={rates}
        mark={isGoingOn ? done : undefined}
      />
    </div>
  );
}

/** Formats a rate with three digits: '0.00316'. */
function short(rate: number): string {
  return String(Number(rate.toPrecision(3)));
}
