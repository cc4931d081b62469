/** Multiplies the learning rate by gamma at each of some epochs. */
import { number, numbers } from "../options/option.ts";
import { defineSchedule, epochOf } from "./schedule.ts";

export const multiStepSchedule = defineSchedule({
  kind: "multiStep",
  torchName: "MultiStepLR",
  description: "Multiplies the learning rate by gamma once each of the milestones is reached.",
  options: {
    milestones: numbers({
      min: 1,
      integers: true,
      ascending: true,
      description: "numbers of epochs after which the learning rate changes, ascending",
    }),
    gamma: number({ exclusiveMin: true, max: 1, default: 0.1, description: "factor" }),
  },
  rate({ milestones, gamma }, step, training) {
    const epoch = epochOf(step, training);
    const reached = milestones.filter((milestone) => milestone <= epoch).length;
    return training.learningRate * gamma ** reached;
  },
});
