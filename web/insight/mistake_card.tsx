/** A misclassified test sample: its picture and the probability of each class. */
import { count, percent } from "../../lib/format.ts";
import { MiniBars } from "./mini_bars.tsx";
import type { Mistake } from "./operations.ts";

interface MistakeCardProps {
  readonly mistake: Mistake;
  readonly classes: readonly string[];
}

/** A card with the sample, its class and the prediction. */
export function MistakeCard({ mistake, classes }: MistakeCardProps) {
  const { label, predicted, predictedClassName, probabilities, sample } = mistake;
  const share = (of: number) => percent(probabilities[of] ?? 0);
  return (
    <li className="mistake" title={`Test sample ${count(sample.index)}`}>
      <img className="digit" src={sample.image} alt="" width="56" height="56" />
      <p className="hidden-text">
        {sample.className} predicted as {predictedClassName} with {share(predicted)},{" "}
        {sample.className} with {share(label)}.
      </p>
      <p className="mistake-labels" aria-hidden="true">
        <strong data-right="true">{sample.className}</strong> →{" "}
        <strong data-right="false">{predictedClassName}</strong> {share(predicted)}
      </p>
      <MiniBars
        probabilities={probabilities}
        classes={classes}
        label={label}
        predicted={predicted}
      />
    </li>
  );
}
