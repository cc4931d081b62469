/**
 * Cosine annealing without restarts (Loshchilov and Hutter, 2017): PyTorch's CosineAnnealingLR with a step per batch
 * and T_max the number of steps of the whole training, so that the learning rate never rises again. With more epochs
 * the curve is a longer one.
 */
import { number } from "../options/option.ts";
import { anneal, defineSchedule } from "./schedule.ts";

export const cosineSchedule = defineSchedule({
  kind: "cosine",
  torchName: "CosineAnnealingLR",
  description:
    "Lowers the learning rate step by step to minLearningRate along a half cosine wave over all epochs.",
  options: {
    minLearningRate: number({ default: 0, description: "learning rate at the end" }),
  },
  rate: ({ minLearningRate }, step, { learningRate, stepsPerEpoch, epochs }) =>
    anneal(learningRate, minLearningRate, Math.min(step / (stepsPerEpoch * epochs), 1)),
});
