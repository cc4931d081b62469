/** enum OrderDirection */
import { builder } from "./builder.ts";

const values = {
  ASC: { description: "Ascending: least first." },
  DESC: { description: "Descending: greatest first." },
} as const;

export const OrderDirection = builder.enumType("OrderDirection", {
  description: "Sort direction.",
  values,
});
