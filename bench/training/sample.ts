/** One measurement of one contender. Python's peers print it as JSON, field by field. */

/** A measurement. */
export interface Sample {
  /** Milliseconds a step, each over a quarter of a second or more. */
  readonly windows: readonly number[];
  /** Seconds of each evaluation of the whole test set. */
  readonly evaluations: readonly number[];
  /** The largest resident memory of the process that trained. */
  readonly rssMegabytes: number;
  /** From the start of the process, where it is measured. */
  readonly firstStepSeconds?: number | null;
  /** Of the process that serves the API, where there is one. */
  readonly apiRssMegabytes?: number;
  /** Of the process that keeps the log, where there is one. */
  readonly workerRssMegabytes?: number;
  /** Answers to a small query while training runs, where there is an API. */
  readonly queryMilliseconds?: readonly number[];
}

/** Length of a measurement. */
export interface Effort {
  /** Seconds that are not measured, at the beginning of each. */
  readonly warmUp: number;
  /** Seconds of steps that are: no evaluation counts. */
  readonly seconds: number;
}
