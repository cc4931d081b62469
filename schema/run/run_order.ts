/** input RunOrder */
import { builder } from "../base/builder.ts";
import { OrderDirection } from "../base/order_direction.ts";
import { RunOrderField } from "./run_order_field.ts";

export const RunOrder = builder.inputType("RunOrder", {
  description:
    "How to sort runs. Those without the metric come last in either direction; of equal ones, the newer " +
    "is the first.",
  fields: (t) => ({
    field: t.field({
      type: RunOrderField,
      defaultValue: "CREATED_AT",
      description: "What to sort by.",
    }),
    direction: t.field({
      type: OrderDirection,
      defaultValue: "DESC",
      description: "Which end comes first.",
    }),
  }),
});
