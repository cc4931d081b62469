/** The predicted class in large type; announced to screen readers when the pen is lifted. */
import { percent } from "../../../lib/format.ts";
import { checkpointName } from "../checkpoint_name.ts";
import { type Drawing, isEmpty } from "./drawing.ts";
import type { Prediction } from "../operations.ts";
import { capitalized, withArticle } from "../phrases.ts";

interface GuessProps {
  readonly drawing: Drawing;
  readonly prediction: Prediction | undefined;
  readonly isPenDown: boolean;
}

/** The predicted class with its probability, or what to do to get one. */
export function Guess({ drawing, prediction, isPenDown }: GuessProps) {
  if (isEmpty(drawing) || !prediction) {
    return (
      <p className="guess" role="status">
        {isEmpty(drawing) ? "Draw to see the prediction." : "Asking…"}
      </p>
    );
  }
  const { className, label, probabilities, checkpoint } = prediction;
  const sure = `confidence ${percent(probabilities[label] ?? 0)} (${checkpointName(checkpoint)})`;
  const isWrong = drawing.kind === "sample" && drawing.sample.className !== className;
  return (
    <>
      <p className="guess" aria-hidden="true">
        <span className="guess-class" data-wrong={isWrong}>{className}</span>
        <span>
          {sure}
          {isWrong && `, and wrong: it is ${withArticle(drawing.sample.className)}`}
        </span>
      </p>
      <p className="hidden-text" role="status">
        {!isPenDown && `${capitalized(withArticle(className))}, ${sure}.`}
      </p>
    </>
  );
}
