/** Layers that contain layers as PyTorch code: each branch has a variable of its own. */
import type { PythonTable } from "../context.ts";

export const COMPOSITES: PythonTable<"residual" | "parallel" | "repeat" | "sequence"> = {
  residual({ body, shortcut }, x, place, { assign, branch }) {
    const output = branch(place, body, x);
    const other = shortcut === null ? x : branch(place, shortcut, x);
    return assign(`${output} + ${other}`);
  },
  parallel({ branches, merge }, x, place, { assign, branch }) {
    const outputs = branches.map(({ layers }) => branch(place, layers, x));
    return assign(
      merge === "CONCAT"
        ? `torch.cat([${outputs.join(", ")}], 1)`
        : outputs.join(merge === "ADD" ? " + " : " * "),
    );
  },
  repeat({ times, layers }, input, place) {
    let x = input;
    for (let turn = 0; turn < times; turn++) x = place.layers(layers, x);
    return x;
  },
  sequence: ({ layers }, x, place) => place.layers(layers, x),
};
