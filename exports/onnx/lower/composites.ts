/** Layers that contain layers in ONNX. */
import type { OnnxTable } from "../context.ts";

export const COMPOSITES: OnnxTable<"residual" | "parallel" | "repeat" | "sequence"> = {
  residual({ body, shortcut }, x, place, { add }) {
    const output = place.layers(body, x);
    return add(place, "Add", [output, shortcut === null ? x : place.layers(shortcut, x)]);
  },
  parallel({ branches, merge }, x, place, { add }) {
    const outputs = branches.map(({ layers }) => place.layers(layers, x));
    if (merge === "CONCAT") return add(place, "Concat", outputs, { axis: { int: 1 } });
    const op = merge === "ADD" ? "Add" : "Mul";
    return outputs.reduce((merged, output) => add(place, op, [merged, output]));
  },
  repeat({ times, layers }, input, place) {
    let x = input;
    for (let turn = 0; turn < times; turn++) x = place.layers(layers, x);
    return x;
  },
  sequence: ({ layers }, x, place) => place.layers(layers, x),
};
