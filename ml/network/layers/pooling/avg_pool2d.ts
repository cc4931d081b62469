/** Average pooling: the mean of each window. */
import { wholeField } from "../../../graph/image_field.ts";
import { multiply } from "../../../graph/ops/arithmetic.ts";
import { averagePool2d } from "../../../graph/ops/image.ts";
import { constant } from "../../../graph/ops/sources.ts";
import { flag } from "../../../options/option.ts";
import { defineLayer } from "../../layer.ts";
import { inferPool, POOL_OPTIONS, poolWindows, windowCounts } from "../../windows.ts";

export const avgPool2dLayer = defineLayer({
  kind: "avgPool2d",
  torchName: "AvgPool2d",
  description: "Mean of each window.",
  options: {
    ...POOL_OPTIONS,
    countIncludePad: flag({ default: true, description: "counts the padding as zeros" }),
  },
  infer: (layer, input) => ({ output: inferPool(layer, input) }),
  build(layer, x) {
    const image = wholeField(x);
    const windows = poolWindows(layer, image);
    const { size: [height, width], output } = windows;
    const means = averagePool2d(x, windows.size, windows);
    const counts = windowCounts(layer, windows, image, layer.countIncludePad);
    if (counts.every((count) => count === height * width)) return means;
    const shares = counts.map((count) => height * width / count);
    return multiply(means, constant(shares, [1, ...output, 1]));
  },
});
