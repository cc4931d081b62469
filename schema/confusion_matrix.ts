/** type ConfusionMatrix */
import { accuracyOf, confusionOf } from "../ml/scores.ts";
import { builder } from "./builder.ts";
import { Checkpoint } from "./checkpoint.ts";
import type { Evaluated, Inspected } from "./checkpoint_choice.ts";

/** Counts what was taken for what in the test set. */
export function toConfusionMatrix(
  { checkpoint, value: { test, predicted } }: Inspected<Evaluated>,
) {
  const counts = confusionOf(test.labels, predicted, test.classes.length);
  return { checkpoint, classes: test.classes, counts, accuracy: accuracyOf(counts) };
}

export const ConfusionMatrix = builder.objectRef<ReturnType<typeof toConfusionMatrix>>(
  "ConfusionMatrix",
).implement({
  description: "How often a checkpoint takes which class of its run's test set for which.",
  fields: (t) => ({
    checkpoint: t.field({
      type: Checkpoint,
      description: "The checkpoint that was tested.",
      resolve: (matrix) => matrix.checkpoint,
    }),
    classes: t.stringList({
      description: "The names of the classes, by their number.",
      resolve: (matrix) => matrix.classes,
    }),
    counts: t.field({
      type: t.listRef(t.listRef("Int")),
      description: "A row for each class, in it how many of its samples were taken for each class.",
      resolve: (matrix) => matrix.counts,
    }),
    accuracy: t.exposeFloat("accuracy", {
      description: "The share of the test set that was classified correctly.",
    }),
  }),
});
