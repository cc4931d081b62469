/** enum OrderDirection */
import { builder } from "./builder.ts";

const values = {
  ASC: { description: "The least first." },
  DESC: { description: "The greatest first." },
} as const;

export const OrderDirection = builder.enumType("OrderDirection", {
  description: "Which end of an order comes first.",
  values,
});
