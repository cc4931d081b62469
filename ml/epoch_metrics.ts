/** The metrics of an epoch that schedules and early stopping can follow. */

/** Their names, as clients write them. */
export const METRICS = [
  "TRAIN_LOSS",
  "TRAIN_ACC",
  "VALIDATION_LOSS",
  "VALIDATION_ACC",
  "TEST_LOSS",
  "TEST_ACC",
] as const;
export type Metric = (typeof METRICS)[number];

/** Tells whether a metric is a loss: smaller is better. */
export function isLoss(metric: Metric): boolean {
  return metric.endsWith("_LOSS");
}
