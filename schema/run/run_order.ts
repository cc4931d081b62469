/** input RunOrder, enum RunOrderField, enum OrderDirection */
import { builder } from "../base/builder.ts";
import type { RunOrderField as Field } from "../../runs/store/run_order.ts";

const DIRECTIONS = {
  ASC: { description: "Ascending: least first." },
  DESC: { description: "Descending: greatest first." },
} as const;

const OrderDirection = builder.enumType("OrderDirection", {
  description: "Sort direction.",
  values: DIRECTIONS,
});

const RUN_ORDER_FIELDS = {
  CREATED_AT: { description: "Creation time." },
  NAME: { description: "Display name, case-insensitive." },
  STATE: { description: "State, by its name." },
  NETWORK: { description: "Name of the network, case-insensitive." },
  DATASET: { description: "Name of the dataset." },
  DURATION: { description: "Time from the start to the end; runs that have not ended come last." },
  BEST_TEST_ACC: { description: "Best accuracy on the test set so far." },
  TEST_ACC: { description: "Accuracy on the test set after the last epoch." },
  TEST_LOSS: { description: "Mean loss on the test set after the last epoch." },
  TRAIN_ACC: { description: "Mean training accuracy over the last epoch." },
  TRAIN_LOSS: { description: "Mean training loss over the last epoch." },
} as const satisfies Record<Field, unknown>;

export const RunOrderField = builder.enumType("RunOrderField", {
  description: "Sort key of runs.",
  values: RUN_ORDER_FIELDS,
});

export const RunOrder = builder.inputType("RunOrder", {
  description:
    "Order of runs. Runs without a value come last in either direction; ties are sorted newest first.",
  fields: (t) => ({
    field: t.field({
      type: RunOrderField,
      defaultValue: "CREATED_AT",
      description: "Sort key.",
    }),
    direction: t.field({
      type: OrderDirection,
      defaultValue: "DESC",
      description: "Sort direction.",
    }),
  }),
});
