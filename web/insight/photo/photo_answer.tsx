/** A checkpoint's prediction for a photo. */
import { parseReference } from "../../../data/reference.ts";
import { useAnswer } from "../../api/use_answer.ts";
import type { RunItem } from "../../training/operations.ts";
import type { CheckpointSelection } from "../checkpoint_selection.ts";
import { CLASSES_QUERY, PREDICT_PHOTO_QUERY } from "../operations.ts";
import { PredictedClass } from "../predicted_class.tsx";

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
  return <PredictedClass prediction={data.predict} classes={classes} isCurrent={isCurrent} />;
}

const NO_VARIABLES = {};
