/** type Mistake */
import { misclassified } from "../../ml/metrics.ts";
import { builder } from "../base/builder.ts";
import type { Evaluated, Inspected } from "../checkpoint/checkpoint_choice.ts";
import { imagesOf } from "../dataset/find_dataset.ts";
import { Sample, toSample } from "../dataset/sample.ts";

/** Selection of mistakes. */
export interface MistakeChoice {
  /** Maximum number of mistakes. */
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
  const images = imagesOf("show mistakes", test);
  const chosen = misclassified(test.labels, classified).filter((index) =>
    (label ?? test.labels[index]) === test.labels[index] &&
    (predicted ?? classified.predicted[index]) === classified.predicted[index]
  );
  return chosen.slice(0, first).map((index) => {
    const predicted = classified.predicted[index] ?? 0;
    return {
      sample: toSample(images, index),
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
    description: "Misclassified sample of the test set.",
    fields: (t) => ({
      sample: t.field({
        type: Sample,
        description: "The misclassified sample.",
        resolve: (mistake) => mistake.sample,
      }),
      label: t.int({
        description: "Label: the index of its class, from 0.",
        resolve: ({ sample }) => sample.label,
      }),
      predicted: t.exposeInt("predicted", {
        description: "Label of the predicted class.",
      }),
      predictedClassName: t.exposeString("predictedClassName", {
        description: "Name of the predicted class.",
      }),
      probabilities: t.floatList({
        description: "Predicted probability of each class, in label order. Sums to 1.",
        resolve: (mistake) => mistake.probabilities,
      }),
    }),
  });
