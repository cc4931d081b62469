/** type Prediction */
import type { CheckpointInfo } from "../../runs/log/state.ts";
import { builder } from "../base/builder.ts";
import { Checkpoint } from "../checkpoint/checkpoint.ts";

/** What a checkpoint takes an image for. */
export interface PredictionShape {
  readonly checkpoint: CheckpointInfo;
  readonly label: number;
  readonly className: string;
  readonly probabilities: readonly number[];
}

export const Prediction = builder.objectRef<PredictionShape>("Prediction").implement({
  description: "What a checkpoint takes an image for.",
  fields: (t) => ({
    checkpoint: t.field({
      type: Checkpoint,
      description: "The checkpoint that was asked.",
      resolve: (prediction) => prediction.checkpoint,
    }),
    label: t.exposeInt("label", { description: "The number of the most probable class." }),
    className: t.exposeString("className", { description: "The name of that class." }),
    probabilities: t.floatList({
      description: "How probable each class seems, by its number; together 1.",
      resolve: (prediction) => prediction.probabilities,
    }),
  }),
});
