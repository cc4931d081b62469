/** enum Split */
import { builder } from "../base/builder.ts";

export const Split = builder.enumType("Split", {
  description: "Part of a dataset.",
  values: {
    TRAIN: { value: "train", description: "Training set." },
    TEST: { value: "test", description: "Test set." },
  } as const,
});
