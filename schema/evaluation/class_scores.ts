/** type ClassScores */
import type { ClassScores as Scores } from "../../ml/metrics.ts";
import { builder } from "../base/builder.ts";

export const ClassScores = builder.objectRef<Scores & { readonly className: string }>("ClassScores")
  .implement({
    description: "How well one class is told from the others.",
    fields: (t) => ({
      label: t.exposeInt("label", { description: "The number of the class." }),
      className: t.exposeString("className", { description: "The name of the class." }),
      precision: t.exposeFloat("precision", {
        description:
          "Of what was taken for the class, the share that is of it; 0 if nothing was taken for it.",
      }),
      recall: t.exposeFloat("recall", {
        description: "Of what is of the class, the share that was found; 0 if nothing is of it.",
      }),
      f1: t.exposeFloat("f1", { description: "The harmonic mean of precision and recall." }),
      support: t.exposeInt("support", {
        description: "How many samples of the test set are of the class.",
      }),
    }),
  });
