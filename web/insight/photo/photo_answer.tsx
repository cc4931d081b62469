/** A checkpoint's prediction for a photo. */
import { useAnswer } from "../../api/use_answer.ts";
import type { RunItem } from "../../training/operations.ts";
import type { CheckpointSelection } from "../checkpoint_selection.ts";
import { PREDICT_PHOTO_QUERY } from "../operations.ts";
import { PredictedClass } from "../predicted_class.tsx";

interface PhotoAnswerProps {
  readonly run: RunItem;
  readonly asked: CheckpointSelection;
  /** A data URI. */
  readonly image: string;
}

/** The prediction for an image, read again when the checkpoint changes. */
export function PhotoAnswer({ run, asked, image }: PhotoAnswerProps) {
  const variables = { runId: run.id, image, checkpoint: asked.file };
  const { data, isCurrent, error } = useAnswer(
    PREDICT_PHOTO_QUERY,
    variables,
    asked.checkpoint.step,
  );
  if (error !== undefined) return <p className="panel-error" role="alert">{error}</p>;
  if (!data) return <p className="guess" role="status">Asking…</p>;
  return <PredictedClass prediction={data.predict} isCurrent={isCurrent} />;
}
