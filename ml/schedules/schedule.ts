/** The contract of a learning-rate schedule. A schedule is one file and a line in schedules.ts. */
import type { Metric } from "../epoch_metrics.ts";
import type { Options, OptionValues } from "../options/option.ts";

/** The stored settings of a schedule. */
export type ScheduleValue<Kind extends string, O extends Options> =
  & { readonly kind: Kind }
  & OptionValues<O>;

/** The training that a schedule belongs to. */
export interface ScheduledTraining {
  /** The learning rate of the spec. */
  readonly learningRate: number;
  readonly stepsPerEpoch: number;
  readonly epochs: number;
}

/** The state of a schedule that follows a metric. Checkpoints hold it. */
export interface ScheduleState {
  /** The learning rate, without the warm-up. */
  readonly learningRate: number;
  /** The metric's best value so far; null before the first. */
  readonly best: number | null;
  /** Consecutive epochs without improvement. */
  readonly badEpochs: number;
  /** Epochs of the cooldown that are left. */
  readonly cooldownLeft: number;
}

/** The rule of a schedule that follows a metric. */
export interface MetricRule<S> {
  /** Returns the name of the metric; null for the default. */
  metric(schedule: S): Metric | null;
  /** Returns the state before the first epoch. */
  start(training: ScheduledTraining): ScheduleState;
  /**
   * Returns the state after an epoch.
   *
   * @param goal min for a loss, max for an accuracy
   */
  next(schedule: S, state: ScheduleState, value: number, goal: "min" | "max"): ScheduleState;
}

/** The definition of a schedule. */
export interface ScheduleDefinition<Kind extends string = string, O extends Options = Options> {
  readonly kind: Kind;
  /** The name of PyTorch's scheduler: 'StepLR'. */
  readonly torchName: string;
  /** A sentence on it. */
  readonly description: string;
  readonly options: O;
  /**
   * Computes the learning rate of a step: PyTorch's. Of a schedule that follows a metric it is the rate while nothing
   * is known of the metric.
   *
   * @param step from 0, over the whole training
   */
  rate(schedule: ScheduleValue<Kind, O>, step: number, training: ScheduledTraining): number;
  /**
   * Computes the momentum of a step, or Adam's beta1; undefined where it is the optimizer's own.
   *
   * @param step from 0, over the whole training
   */
  momentum?(
    schedule: ScheduleValue<Kind, O>,
    step: number,
    training: ScheduledTraining,
  ): number | undefined;
  /** Returns the momentum that the optimizer starts with; undefined where it is the optimizer's own. */
  startMomentum?(schedule: ScheduleValue<Kind, O>): number | undefined;
  /** Names the option that replaces the spec's learning rate; absent if the schedule starts from that. */
  readonly rateOption?: string;
  /** The rule of a schedule whose learning rate depends on a metric, and not on the step alone. */
  readonly follows?: MetricRule<ScheduleValue<Kind, O>>;
}

/** Defines a schedule: its options determine its type. */
export function defineSchedule<const Kind extends string, const O extends Options>(
  definition: ScheduleDefinition<Kind, O>,
): ScheduleDefinition<Kind, O> {
  return definition;
}

/** Returns the number of an epoch, from 0, that a step belongs to. */
export function epochOf(step: number, { stepsPerEpoch }: ScheduledTraining): number {
  return Math.floor(step / stepsPerEpoch);
}

/** Returns the value on the half cosine wave from one value to another. `share` goes from 0 to 1. */
export function anneal(from: number, to: number, share: number): number {
  return to + (from - to) / 2 * (1 + Math.cos(Math.PI * share));
}
