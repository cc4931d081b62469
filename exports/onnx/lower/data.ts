/** Layers without arithmetic in ONNX. */
import type { OnnxTable } from "../context.ts";

export const DATA: OnnxTable<"flatten" | "identity" | "dropout" | "dropout2d"> = {
  flatten: (_layer, x, place, { add }) => add(place, "Flatten", [x], { axis: { int: 1 } }),
  identity: (_layer, x) => x,
  // A trained model drops nothing.
  dropout: (_layer, x) => x,
  dropout2d: (_layer, x) => x,
};
