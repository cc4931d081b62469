/** type ClassReport */
import { classificationReport } from "../../ml/metrics.ts";
import { builder } from "../base/builder.ts";
import { Checkpoint } from "../checkpoint/checkpoint.ts";
import { ClassScores } from "./class_scores.ts";
import type { RunConfusion } from "./confusion_matrix.ts";

/** Scores each class of the test set. */
export function toClassReport({ checkpoint, classes, counts }: RunConfusion) {
  const report = classificationReport(counts);
  return {
    ...report,
    checkpoint,
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
        description: "Unweighted mean of the classes' precisions.",
      }),
      macroRecall: t.exposeFloat("macroRecall", {
        description: "Unweighted mean of the classes' recalls.",
      }),
      macroF1: t.exposeFloat("macroF1", {
        description: "Unweighted mean of the classes' F1 scores.",
      }),
      accuracy: t.exposeFloat("accuracy", {
        description: "Accuracy on the test set, 0 to 1.",
      }),
    }),
  });
