/** The state of early stopping, which checkpoints hold. */

/** The best epoch so far. */
export interface BestEpoch {
  /** From 1. */
  readonly epoch: number;
  /** The value of the watched metric. */
  readonly value: number;
  readonly testAcc: number;
  /** Null without samples for validation. */
  readonly validationAcc: number | null;
}

/** The state of early stopping between two epochs. */
export interface StoppingState {
  /** Null until the metric was a number. */
  readonly best: BestEpoch | null;
  /** The number of epochs since the best one, or since the training was continued. */
  readonly wait: number;
}
