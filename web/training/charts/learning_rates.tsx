/** Learning rates over a training as a small curve, with the first, the greatest and the last. */
import { Sparkline } from "../run/sparkline.tsx";

interface LearningRatesProps {
  /** Learning rates in order, equally spaced. */
  readonly rates: readonly number[];
}

/** Draws learning rates, unless all are the same. */
export function LearningRates({ rates }: LearningRatesProps) {
  const [first = NaN] = rates;
  const last = rates.at(-1) ?? NaN;
  if (rates.every((rate) => rate === first)) return null;
  const greatest = rates.reduce((most, rate) => Math.max(most, rate), 0);
  const text = greatest > Math.max(first, last)
    ? `${short(first)} to ${short(greatest)} to ${short(last)}`
    : `${short(first)} to ${short(last)}`;
  return (
    <div className="rates">
      <span className="field-name">Learning rate: {text}</span>
      <Sparkline label={`Learning rate from ${text}`} values={rates} />
    </div>
  );
}

/** Formats a rate with three digits: '0.00316'. */
function short(rate: number): string {
  return String(Number(rate.toPrecision(3)));
}
