/** type ClassReport, type ClassScores */
import { classificationReport, type ClassScores as Scores } from "../../ml/metrics.ts";
import { builder } from "../base/builder.ts";
import { Checkpoint } from "../checkpoint/checkpoint.ts";
import type { RunConfusion } from "./confusion_matrix.ts";

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

/** Scores each class of the test set. */
export function toClassReport({ run, checkpoint, classes, counts }: RunConfusion) {
  const report = classificationReport(counts);
  return {
    ...report,
    checkpoint: { ...checkpoint, runId: run.id },
    perClass: report.perClass.map((scores) => ({
      ...scores,
      className: classes[scores.label] ?? String(scores.label),
    })),
  };
}

export const ClassReport = builder.objectRef<ReturnType<typeof toClassReport>>("ClassReport")
  .implement({
    description: "Classification report of a checkpoint on its run's test set.",
    fields: (t) => ({
      checkpoint: t.field({
        type: Checkpoint,
        description: "Evaluated checkpoint.",
        resolve: (report) => report.checkpoint,
      }),
      perClass: t.field({
        type: [ClassScores],
        description: "Scores of each class, in label order.",
        resolve: (report) => report.perClass,
      }),
      macroPrecision: t.exposeFloat("macroPrecision", {
        description:
          "Unweighted mean of the precisions of the classes that samples are of or are predicted as.",
      }),
      macroRecall: t.exposeFloat("macroRecall", {
        description:
          "Unweighted mean of the recalls of the classes that samples are of or are predicted as.",
      }),
      macroF1: t.exposeFloat("macroF1", {
        description:
          "Unweighted mean of the F1 scores of the classes that samples are of or are predicted as.",
      }),
      accuracy: t.exposeFloat("accuracy", {
        description: "Accuracy on the test set, 0 to 1.",
      }),
    }),
  });
