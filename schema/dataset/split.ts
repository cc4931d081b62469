/** enum Split */
import { builder } from "../base/builder.ts";

export const Split = builder.enumType("Split", {
  description: "A part of a dataset.",
  values: {
    TRAIN: { value: "train", description: "What is learned from." },
    TEST: { value: "test", description: "What is held back to test on." },
  } as const,
});
