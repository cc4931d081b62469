/** type Mistake */
import { misclassified } from "../../ml/metrics.ts";
import { builder } from "../base/builder.ts";
import type { Evaluated, Inspected } from "../checkpoint/checkpoint_choice.ts";
import { Sample, toSample } from "../dataset/sample.ts";

/** Which mistakes a client wants to see. */
export interface MistakeChoice {
  /** How many at most. */
  readonly first: number;
  /** Only samples of this class. */
  readonly label?: number | null | undefined;
  /** Only what is taken for this class. */
  readonly predicted?: number | null | undefined;
}

/** The worst mistakes in the test set. */
export function toMistakes(
  { value: { test, ...classified } }: Inspected<Evaluated>,
  { first, label, predicted }: MistakeChoice,
) {
  const classes = test.classes.length;
  const chosen = misclassified(test.labels, classified).filter((index) =>
    (label ?? test.labels[index]) === test.labels[index] &&
    (predicted ?? classified.predicted[index]) === classified.predicted[index]
  );
  return chosen.slice(0, first).map((index) => {
    const predicted = classified.predicted[index] ?? 0;
    return {
      sample: toSample(test, index),
      predicted,
      predictedClassName: test.classes[predicted] ?? String(predicted),
      probabilities: [
        ...classified.probabilities.subarray(index * classes, (index + 1) * classes),
      ],
    };
  });
}

export const Mistake = builder.objectRef<ReturnType<typeof toMistakes>[number]>("Mistake")
  .implement({
    description: "A sample of the test set that was taken for another class.",
    fields: (t) => ({
      sample: t.field({
        type: Sample,
        description: "The sample, with its class.",
        resolve: (mistake) => mistake.sample,
      }),
      label: t.int({
        description: "The number of its class.",
        resolve: ({ sample }) => sample.label,
      }),
      predicted: t.exposeInt("predicted", {
        description: "The number of the class that it was taken for.",
      }),
      predictedClassName: t.exposeString("predictedClassName", {
        description: "The name of the class that it was taken for.",
      }),
      probabilities: t.floatList({
        description: "How probable each class seemed, by its number; together 1.",
        resolve: (mistake) => mistake.probabilities,
      }),
    }),
  });
