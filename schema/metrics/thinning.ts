/** enum Thinning */
import type { Thinning as Kind } from "../../runs/reading/batch_curve.ts";
import { builder } from "../base/builder.ts";

const values = {
  SHAPE: {
    description:
      "Selected steps that preserve the shape of the loss, with its spikes (Largest Triangle Three Buckets).",
  },
  MEAN: { description: "Means over intervals of equal length, each reported at its last step." },
} as const satisfies Record<Kind, unknown>;

export const Thinning = builder.enumType("Thinning", {
  description: "Method of downsampling a curve.",
  values,
});
