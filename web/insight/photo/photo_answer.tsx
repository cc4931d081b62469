/** A checkpoint's prediction for a photo: the class in large type, and the most probable classes. */
import { parseReference } from "../../../data/reference.ts";
import { percent } from "../../../lib/format.ts";
import { useAnswer } from "../../api/use_answer.ts";
import type { RunItem } from "../../training/operations.ts";
import { checkpointName } from "../checkpoint_name.ts";
import type { CheckpointSelection } from "../checkpoint_selection.ts";
import { ProbabilityBars } from "../draw/probability_bars.tsx";
import { CLASSES_QUERY, PREDICT_PHOTO_QUERY } from "../operations.ts";

/** The largest number of classes that are listed. */
const MAX_LISTED = 10;

interface PhotoAnswerProps {
  readonly run: RunItem;
  readonly asked: CheckpointSelection;
  /** A data URI. */
  readonly image: string;
}

export function PhotoAnswer({ run, asked, image }: PhotoAnswerProps) {
  const variables = { runId: run.id, image, checkpoint: asked.file };
  const { data, isCurrent, error } = useAnswer(
    PREDICT_PHOTO_QUERY,
    variables,
    asked.checkpoint.step,
  );
  const { name } = parseReference(run.dataset);
  const known = useAnswer(CLASSES_QUERY, NO_VARIABLES).data?.datasets;
  const classes = known?.find((dataset) => dataset.name === name)?.classes ?? [];
  if (error !== undefined) return <p className="panel-error" role="alert">{error}</p>;
  if (!data) return <p className="guess" role="status">Asking…</p>;
  const { className, label, probabilities, checkpoint } = data.predict;
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
        classes={listed.map((at) => classes[at] ?? String(at))}
        probabilities={listed.map((at) => probabilities[at] ?? 0)}
        isCurrent={isCurrent}
      />
    </>
  );
}

const NO_VARIABLES = {};

/** Returns the classes to list: all in their order, or the most probable ones of many. */
function mostProbable(probabilities: readonly number[]): readonly number[] {
  const labels = [...probabilities.keys()];
  if (labels.length <= MAX_LISTED) return labels;
  return labels
    .toSorted((a, b) => (probabilities[b] ?? 0) - (probabilities[a] ?? 0))
    .slice(0, MAX_LISTED);
}
