/** The contract of a learning-rate schedule. A schedule is one file and a line in schedules.ts. */
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

/** The definition of a schedule. */
export interface ScheduleDefinition<Kind extends string = string, O extends Options = Options> {
  readonly kind: Kind;
  /** The name of PyTorch's scheduler: 'StepLR'. */
  readonly torchName: string;
  /** A sentence on it. */
  readonly description: string;
  readonly options: O;
  /**
   * Computes the learning rate of a step.
   *
   * @param step from 0, over the whole training
   */
  rate(schedule: ScheduleValue<Kind, O>, step: number, training: ScheduledTraining): number;
}

/** Defines a schedule: its options determine its type. */
export function defineSchedule<const Kind extends string, const O extends Options>(
  definition: ScheduleDefinition<Kind, O>,
): ScheduleDefinition<Kind, O> {
  return definition;
}
