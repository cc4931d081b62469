/** type Prediction */
import { builder } from "../base/builder.ts";
import { Checkpoint, type RunCheckpoint } from "../checkpoint/checkpoint.ts";

/** Prediction of an image by a checkpoint. */
export interface PredictionShape {
  readonly checkpoint: RunCheckpoint;
  readonly label: number;
  readonly className: string;
  readonly probabilities: readonly number[];
  /** The names of all classes, by label. */
  readonly classNames: readonly string[];
  readonly warning: string | null;
}

export const Prediction = builder.objectRef<PredictionShape>("Prediction").implement({
  description: "Predicted class of an image.",
  fields: (t) => ({
    checkpoint: t.field({
      type: Checkpoint,
      description: "Checkpoint that made the prediction.",
      resolve: (prediction) => prediction.checkpoint,
    }),
    label: t.exposeInt("label", { description: "Label of the most probable class." }),
    className: t.exposeString("className", { description: "Name of the predicted class." }),
    probabilities: t.floatList({
      description: "Predicted probability of each class, in label order. Sums to 1.",
      resolve: (prediction) => prediction.probabilities,
    }),
    classNames: t.stringList({
      description: "Class names, in label order, also where the dataset was deleted.",
      resolve: (prediction) => prediction.classNames,
    }),
    warning: t.exposeString("warning", {
      nullable: true,
      description:
        "What may be wrong with the sample, and the remedy: that it seems inverted; null if nothing seems wrong.",
    }),
  }),
});
