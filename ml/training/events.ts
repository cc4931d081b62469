/** The events that train() yields. They know no run, log or client. */

import type { Metric } from "../epoch_metrics.ts";
import type { Confusion } from "../metrics.ts";

/** Training is about to take its first step. */
export interface StartedEvent {
  readonly type: "started";
  /** The device in use: 'CPU (AMD EPYC, 2 threads)'. */
  readonly device: string;
  /** The engine and its version: 'TensorFlow 2.21.0'. */
  readonly engine: string;
  readonly stepsPerEpoch: number;
  /** Steps of the whole training. */
  readonly steps: number;
  /** Trainable parameters. */
  readonly parameters: number;
}

/** Some consecutive steps of one epoch, as they were trained. */
export interface BatchesEvent {
  readonly type: "batches";
  /** From 1. */
  readonly epoch: number;
  /** The first step's number, from 1, counted over the whole training. */
  readonly firstStep: number;
  /** Mean loss of each step's batch, in nats per sample. */
  readonly losses: readonly number[];
  /** Accuracy of each step's batch, a fraction. */
  readonly accs: readonly number[];
  /** Speed over these steps. */
  readonly samplesPerSecond: number;
}

/** An epoch was trained, and the test set and the samples for validation were evaluated. */
export interface EpochEvent {
  readonly type: "epoch";
  /** From 1. */
  readonly number: number;
  /** Train metrics are means over the epoch's samples as they were trained. */
  readonly trainAcc: number;
  readonly trainLoss: number;
  /** Accuracy on the whole test set, after the epoch. */
  readonly testAcc: number;
  readonly testLoss: number;
  /** Metrics on the samples that are kept for validation, after the epoch; absent or null without them. */
  readonly validationAcc?: number | null;
  readonly validationLoss?: number | null;
  /** Confusion matrix on the test set, [label][predicted]. Absent from older logs. */
  readonly confusion?: Confusion;
  /** The learning rate of the epoch's last step. */
  readonly learningRate: number;
  /** The training ends with this epoch, before its last: the watched metric has stopped improving. */
  readonly stopsEarly?: boolean;
  /** Time of training and evaluation. */
  readonly seconds: number;
}

/** Everything that train() yields. */
export type TrainingEvent = StartedEvent | BatchesEvent | EpochEvent;

/** Returns the metrics of an epoch by the names that clients follow them by. */
export function metricsOf(event: EpochEvent): Readonly<Partial<Record<Metric, number>>> {
  return {
    TRAIN_LOSS: event.trainLoss,
    TRAIN_ACC: event.trainAcc,
    ...typeof event.validationLoss === "number" && { VALIDATION_LOSS: event.validationLoss },
    ...typeof event.validationAcc === "number" && { VALIDATION_ACC: event.validationAcc },
    TEST_LOSS: event.testLoss,
    TEST_ACC: event.testAcc,
  };
}
