/** Max pooling: the maximum of each window. Padding is never the maximum. */
import { wholeField } from "../../../graph/image_field.ts";
import { maxPool2d } from "../../../graph/ops/image.ts";
import { defineLayer } from "../../layer.ts";
import { inferPool, POOL_OPTIONS, poolWindows } from "../../windows.ts";

export const maxPool2dLayer = defineLayer({
  kind: "maxPool2d",
  torchName: "MaxPool2d",
  description: "Maximum of each window.",
  options: POOL_OPTIONS,
  infer: (layer, input) => ({ output: inferPool(layer, input) }),
  build(layer, x) {
    const windows = poolWindows(layer, wholeField(x));
    return maxPool2d(x, windows.size, windows);
  },
});
