/** A checkpoint's prediction: the class in large type, and the most probable classes. */
import { percent } from "../../lib/format.ts";
import { checkpointName } from "./checkpoint_name.ts";
import { ProbabilityBars } from "./draw/probability_bars.tsx";
import type { Prediction } from "./operations.ts";

/** The largest number of classes that are listed. */
const MAX_LISTED = 10;

interface PredictedClassProps {
  readonly prediction: Prediction;
  /** False while a newer sample or checkpoint is asked about. */
  readonly isCurrent: boolean;
}

/** The predicted class with its probability, and bars for the most probable ones. */
export function PredictedClass({ prediction, isCurrent }: PredictedClassProps) {
  const { className, classNames, label, probabilities, checkpoint } = prediction;
  const listed = mostProbable(probabilities);
  return (
    <>
      <p className="guess" role="status">
        <span className="guess-class">{className}</span>
        <span>
          confidence {percent(probabilities[label] ?? 0)} ({checkpointName(checkpoint)})
        </span>
      </p>
      <ProbabilityBars
        classes={listed.map((at) => classNames[at] ?? String(at))}
        probabilities={listed.map((at) => probabilities[at] ?? 0)}
        isCurrent={isCurrent}
      />
    </>
  );
}

/** Returns the classes to list: all in their order, or the most probable ones of many. */
function mostProbable(probabilities: readonly number[]): readonly number[] {
  const labels = [...probabilities.keys()];
  if (labels.length <= MAX_LISTED) return labels;
  return labels
    .toSorted((a, b) => (probabilities[b] ?? 0) - (probabilities[a] ?? 0))
    .slice(0, MAX_LISTED);
}
