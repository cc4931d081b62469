/** enum RunOrderField */
import type { RunOrderField as Field } from "../../runs/store/run_order.ts";
import { builder } from "../base/builder.ts";

const values = {
  CREATED_AT: { description: "Creation time." },
  NAME: { description: "Display name, case-insensitive." },
  BEST_TEST_ACC: { description: "Best accuracy on the test set so far." },
  TEST_ACC: { description: "Accuracy on the test set after the last epoch." },
  TEST_LOSS: { description: "Mean loss on the test set after the last epoch." },
  TRAIN_ACC: { description: "Mean training accuracy over the last epoch." },
  TRAIN_LOSS: { description: "Mean training loss over the last epoch." },
} as const satisfies Record<Field, unknown>;

export const RunOrderField = builder.enumType("RunOrderField", {
  description: "Sort key of runs.",
  values,
});
