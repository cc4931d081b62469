/** input RunOrder */
import { builder } from "../base/builder.ts";
import { OrderDirection } from "../base/order_direction.ts";
import { RunOrderField } from "./run_order_field.ts";

export const RunOrder = builder.inputType("RunOrder", {
  description:
    "Order of runs. Runs without the metric come last in either direction; ties are sorted newest first.",
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
