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
    description: "How well a checkpoint tells the classes of its run's test set apart.",
    fields: (t) => ({
      checkpoint: t.field({
        type: Checkpoint,
        description: "The checkpoint that was tested.",
        resolve: (report) => report.checkpoint,
      }),
      perClass: t.field({
        type: [ClassScores],
        description: "Each class, in the order of their numbers.",
        resolve: (report) => report.perClass,
      }),
      macroPrecision: t.exposeFloat("macroPrecision", {
        description: "The mean of the classes' precisions, each counted alike.",
      }),
      macroRecall: t.exposeFloat("macroRecall", {
        description: "The mean of the classes' recalls, each counted alike.",
      }),
      macroF1: t.exposeFloat("macroF1", {
        description: "The mean of the classes' F1 scores, each counted alike.",
      }),
      accuracy: t.exposeFloat("accuracy", {
        description: "The share of the test set that was classified correctly.",
      }),
    }),
  });
