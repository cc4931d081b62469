/** The one-cycle policy (Smith and Topin, 2018) with cosine annealing: PyTorch's OneCycleLR with a step per batch. */
import { flag, number } from "../options/option.ts";
import { anneal, defineSchedule, type ScheduledTraining } from "./schedule.ts";

/** PyTorch's defaults: the momentum at the highest learning rate and at the lowest. */
const BASE_MOMENTUM = 0.85;
const MAX_MOMENTUM = 0.95;

export const oneCycleSchedule = defineSchedule({
  kind: "oneCycle",
  torchName: "OneCycleLR",
  description:
    "Raises the learning rate from maxLearningRate/divFactor to maxLearningRate and lowers it again, step by step, to a value far below its start. learningRate itself is not used.",
  options: {
    maxLearningRate: number({ exclusiveMin: true, max: 100, description: "highest learning rate" }),
    pctStart: number({
      max: 1,
      default: 0.3,
      description: "share of the steps in which the learning rate rises",
    }),
    divFactor: number({
      min: 1,
      default: 25,
      description: "maxLearningRate divided by the learning rate of the first step",
    }),
    finalDivFactor: number({
      min: 1,
      default: 1e4,
      description: "learning rate of the first step divided by that of the last",
    }),
    cycleMomentum: flag({
      default: true,
      description:
        "whether momentum, or Adam's beta1, falls from 0.95 to 0.85 and rises again, contrary to the learning rate",
    }),
  },
  startMomentum: ({ cycleMomentum }) => cycleMomentum ? MAX_MOMENTUM : undefined,
  rateOption: "maxLearningRate",
  rate({ maxLearningRate, pctStart, divFactor, finalDivFactor }, step, training) {
    const first = maxLearningRate / divFactor;
    return cycle(step, pctStart, training, [first, maxLearningRate, first / finalDivFactor]);
  },
  momentum: ({ pctStart, cycleMomentum }, step, training) =>
    cycleMomentum
      ? cycle(step, pctStart, training, [MAX_MOMENTUM, BASE_MOMENTUM, MAX_MOMENTUM])
      : undefined,
});

/** Returns the value of a step on the way from the first value to the second and on to the third. */
function cycle(
  step: number,
  pctStart: number,
  { stepsPerEpoch, epochs }: ScheduledTraining,
  [first, middle, last]: readonly [number, number, number],
): number {
  const end = stepsPerEpoch * epochs - 1;
  const turn = pctStart * (end + 1) - 1;
  // A rise of a single step is at its top at once.
  if (step <= turn) return anneal(first, middle, turn === 0 ? 1 : step / turn);
  return anneal(middle, last, turn === end ? 1 : Math.min((step - turn) / (end - turn), 1));
}
