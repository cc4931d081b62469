/** Multiplies the learning rate by gamma after each epoch. */
import { number } from "../options/option.ts";
import { defineSchedule, epochOf } from "./schedule.ts";

export const exponentialSchedule = defineSchedule({
  kind: "exponential",
  torchName: "ExponentialLR",
  description: "Multiplies the learning rate by gamma after each epoch.",
  options: { gamma: number({ exclusiveMin: true, max: 1, description: "factor" }) },
  rate: ({ gamma }, step, training) => training.learningRate * gamma ** epochOf(step, training),
});
