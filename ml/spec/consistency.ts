/** Checks of the parts of a training against each other and against its data. */
import type { Metric } from "../epoch_metrics.ts";
import { weightsOf } from "../losses/class_weights.ts";
import type { Loss } from "../losses/losses.ts";
import { outputShape, type ShapedNetwork } from "../network/network.ts";
import { type Optimizer, optimizerDefinition, withMomentum } from "../optimizers/optimizers.ts";
import { type Problem, show, valueProblem } from "../options/problem.ts";
import { cyclesMomentum, followedMetric, startMomentum } from "../schedules/rates.ts";
import type { Schedule } from "../schedules/schedules.ts";
import type { EarlyStopping } from "./spec.ts";

/** The parts of a training that depend on each other. */
export interface TrainingParts {
  readonly optimizer: Optimizer;
  readonly schedule: Schedule | null;
  readonly loss: Loss;
  readonly validationShare: number;
  readonly earlyStopping: EarlyStopping | null;
}

/**
 * Lists the problems of parts that do not fit together.
 *
 * @param network undefined if it has problems itself
 */
export function consistencyProblems(
  { optimizer, schedule, loss, validationShare, earlyStopping }: TrainingParts,
  network: ShapedNetwork | undefined,
): readonly Problem[] {
  const problems: Problem[] = [];
  const { conflict, momentumOption } = optimizerDefinition(optimizer);
  const conflicting = conflict?.(startingOptimizer(optimizer, schedule));
  if (conflicting) {
    const { option, rule } = conflicting;
    const value = Object.entries(optimizer).find(([name]) => name === option)?.[1];
    problems.push(valueProblem(["optimizer", optimizer.kind, option], option, value, rule));
  }
  if (schedule && cyclesMomentum(schedule) && momentumOption === undefined) {
    problems.push({
      path: ["schedule", schedule.kind, "cycleMomentum"],
      message:
        `Cannot train with cycleMomentum true: cycleMomentum must be false for ${optimizer.kind}, which has no momentum.`,
    });
  }
  const followed = schedule && followedMetric(schedule);
  if (schedule && followed && needsValidation(followed, validationShare)) {
    problems.push(metricProblem(["schedule", schedule.kind, "metric"], followed));
  }
  const watched = earlyStopping && (earlyStopping.metric ?? "VALIDATION_LOSS");
  if (watched && needsValidation(watched, validationShare)) {
    problems.push(metricProblem(["earlyStopping", "metric"], watched));
  }
  return [...problems, ...classWeightProblems(loss, network)];
}

function needsValidation(metric: Metric, validationShare: number): boolean {
  return metric.startsWith("VALIDATION") && validationShare === 0;
}

function metricProblem(path: readonly string[], metric: Metric): Problem {
  return {
    path,
    message: `Cannot train with metric ${
      show(metric)
    }: without validationShare metric must be one of TRAIN_LOSS, TRAIN_ACC, TEST_LOSS, TEST_ACC.`,
  };
}

function classWeightProblems(loss: Loss, network: ShapedNetwork | undefined): readonly Problem[] {
  const weights = loss.classWeights?.kind === "values" ? weightsOf(loss) : null;
  if (!weights || !network) return [];
  const [classes] = outputShape(network);
  if (weights.length === classes) return [];
  return [{
    path: ["loss", loss.kind, "classWeights", "values"],
    message: `Cannot train with classWeights ${
      show(weights)
    }: values must be one weight for each of the ${classes} classes, got ${weights.length}.`,
  }];
}

/**
 * Returns the optimizer as a training starts with it: a schedule that sets the momentum of each step gives it that of
 * the first, as PyTorch's OneCycleLR does.
 */
export function startingOptimizer(optimizer: Optimizer, schedule: Schedule | null): Optimizer {
  const momentum = startMomentum(schedule);
  return momentum === undefined ? optimizer : withMomentum(optimizer, momentum) ?? optimizer;
}
