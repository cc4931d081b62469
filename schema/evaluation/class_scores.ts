/** type ClassScores */
import type { ClassScores as Scores } from "../../ml/metrics.ts";
import { builder } from "../base/builder.ts";

export const ClassScores = builder.objectRef<Scores & { readonly className: string }>("ClassScores")
  .implement({
    description: "Scores of one class.",
    fields: (t) => ({
      label: t.exposeInt("label", { description: "Label: the index of the class, from 0." }),
      className: t.exposeString("className", { description: "Name of the class." }),
      precision: t.exposeFloat("precision", {
        description: "Precision: TP / (TP + FP); 0 if the class was never predicted.",
      }),
      recall: t.exposeFloat("recall", {
        description: "Recall: TP / (TP + FN); 0 if the class has no samples.",
      }),
      f1: t.exposeFloat("f1", {
        description: "F1 score: the harmonic mean of precision and recall.",
      }),
      support: t.exposeInt("support", {
        description: "Number of test samples of the class.",
      }),
    }),
  });
