/** enum RunOrderField */
import type { RunOrderField as Field } from "../../runs/store/run_order.ts";
import { builder } from "../base/builder.ts";

const values = {
  CREATED_AT: { description: "When they were asked for." },
  NAME: { description: "What people call them, whatever the case of letters." },
  BEST_TEST_ACC: { description: "The best accuracy on the test set so far." },
  TEST_ACC: { description: "The accuracy on the test set after the last epoch." },
  TEST_LOSS: { description: "The loss on the test set after the last epoch." },
  TRAIN_ACC: { description: "The accuracy on the training samples over the last epoch." },
  TRAIN_LOSS: { description: "The loss on the training samples over the last epoch." },
} as const satisfies Record<Field, unknown>;

export const RunOrderField = builder.enumType("RunOrderField", {
  description: "What runs can be sorted by.",
  values,
});
