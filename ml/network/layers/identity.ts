/** Identity: the input, unchanged. */
import { defineLayer } from "../layer.ts";

export const identityLayer = defineLayer({
  kind: "identity",
  torchName: "Identity",
  description: "The input, unchanged.",
  options: {},
  infer: (_layer, input) => ({ output: input }),
  build: (_layer, x) => x,
});
