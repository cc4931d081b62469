/** Multiplies the learning rate by gamma every stepSize epochs. */
import { integer, number } from "../options/option.ts";
import { defineSchedule, epochOf } from "./schedule.ts";

export const stepSchedule = defineSchedule({
  kind: "step",
  torchName: "StepLR",
  description: "Multiplies the learning rate by gamma every stepSize epochs.",
  options: {
    stepSize: integer({ description: "number of epochs between changes" }),
    gamma: number({ exclusiveMin: true, max: 1, default: 0.1, description: "factor" }),
  },
  rate: ({ stepSize, gamma }, step, training) =>
    training.learningRate * gamma ** Math.floor(epochOf(step, training) / stepSize),
});
