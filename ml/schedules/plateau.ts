/** Lowers the learning rate when a metric stops improving: PyTorch's ReduceLROnPlateau with a relative threshold. */
import { METRICS } from "../epoch_metrics.ts";
import { integer, name, number } from "../options/option.ts";
import { defineSchedule } from "./schedule.ts";

/** A smaller change of the learning rate is not made. */
const SMALLEST_CHANGE = 1e-8;

export const plateauSchedule = defineSchedule({
  kind: "plateau",
  torchName: "ReduceLROnPlateau",
  description: "Multiplies the learning rate by factor when a metric has stopped improving.",
  options: {
    factor: number({
      exclusiveMin: true,
      max: 1,
      exclusiveMax: true,
      default: 0.1,
      description: "factor of the learning rate",
    }),
    patience: integer({
      min: 0,
      default: 10,
      description: "number of epochs without improvement that change nothing",
    }),
    threshold: number({
      max: 1,
      exclusiveMax: true,
      default: 1e-4,
      description: "smallest relative change that is an improvement",
    }),
    cooldown: integer({
      min: 0,
      default: 0,
      description:
        "number of epochs after a change in which epochs without improvement do not count",
    }),
    minLearningRate: number({ default: 0, description: "lowest learning rate" }),
    metric: name({
      enumName: "Metric",
      names: METRICS,
      default: null,
      otherwise: "VALIDATION_LOSS or TRAIN_LOSS",
      description:
        "metric that must improve. Default: VALIDATION_LOSS, or TRAIN_LOSS without a validation part",
    }),
  },
  rate: (_schedule, _step, { learningRate }) => learningRate,
  follows: {
    metric: ({ metric }) => metric,
    start: ({ learningRate }) => ({ learningRate, best: null, badEpochs: 0, cooldownLeft: 0 }),
    next({ factor, patience, threshold, cooldown, minLearningRate }, state, value, goal) {
      const limit = goal === "min" ? 1 - threshold : 1 + threshold;
      const isBetter = state.best === null ||
        (goal === "min" ? value < state.best * limit : value > state.best * limit);
      const isCooling = state.cooldownLeft > 0;
      const badEpochs = isBetter || isCooling ? 0 : state.badEpochs + 1;
      const next = { ...state, best: isBetter ? value : state.best, badEpochs };
      if (badEpochs <= patience) {
        return { ...next, cooldownLeft: Math.max(0, state.cooldownLeft - 1) };
      }
      const lowered = Math.max(state.learningRate * factor, minLearningRate);
      return {
        ...next,
        badEpochs: 0,
        cooldownLeft: cooldown,
        learningRate: state.learningRate - lowered > SMALLEST_CHANGE ? lowered : state.learningRate,
      };
    },
  },
});
