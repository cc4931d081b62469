/** scalar JSON */
import { builder } from "./builder.ts";

export const Json = builder.scalarType("JSON", {
  description: "Value in JSON, of any form.",
  serialize: (value) => value,
});
