/** enum Thinning */
import type { Thinning as Kind } from "../../runs/reading/batch_curve.ts";
import { builder } from "../base/builder.ts";

const values = {
  SHAPE: {
    description: "Steps of the log that show the shape of the loss best, its spikes among them " +
      "(Largest Triangle Three Buckets).",
  },
  MEAN: { description: "The means of stretches of equal length, each given as its last step." },
} as const satisfies Record<Kind, unknown>;

export const Thinning = builder.enumType("Thinning", {
  description: "How a curve of more steps than were asked for is thinned out.",
  values,
});
