/**
 * The learning rate and the momentum of each step of a training: pure functions of the step, but for a schedule that
 * follows a metric, whose state belongs to them.
 */
import { isLoss, type Metric } from "../epoch_metrics.ts";
import type { ScheduledTraining, ScheduleState } from "./schedule.ts";
import { type Schedule, scheduleDefinition } from "./schedules.ts";

/** A linear warm-up. */
export interface LinearWarmup {
  /** The length in epochs. */
  readonly epochs: number;
  /** The factor of the learning rate at the first step. */
  readonly startFactor: number;
}

/** The settings of a training that its learning rates follow from. */
export interface RatePlan extends ScheduledTraining {
  /** Null for a constant learning rate. */
  readonly schedule: Schedule | null;
  readonly warmup: LinearWarmup | null;
}

/**
 * Computes the learning rate of a step: that of the schedule, multiplied by the factor of the warm-up. The schedule
 * runs from the first step on as if there were no warm-up, as with PyTorch's ChainedScheduler (SequentialLR would delay
 * it).
 *
 * @param step from 0, over the whole training
 * @param state the state of a schedule that follows a metric; null where nothing is known of the metric
 */
export function learningRateAt(
  plan: RatePlan,
  step: number,
  state: ScheduleState | null = null,
): number {
  return warmupFactor(plan, step) * (state?.learningRate ?? scheduledRate(plan, step));
}

/**
 * Computes the momentum of a step, or Adam's beta1; undefined where it is the optimizer's own.
 *
 * @param step from 0, over the whole training
 */
export function momentumAt(plan: RatePlan, step: number): number | undefined {
  const { schedule } = plan;
  return schedule ? scheduleDefinition(schedule).momentum?.(schedule, step, plan) : undefined;
}

/**
 * Computes the rates of consecutive steps.
 *
 * @param first the first step, from 0, over the whole training
 */
export function ratesOfSteps(
  plan: RatePlan,
  first: number,
  count: number,
  state: ScheduleState | null,
): { readonly learningRates: Float32Array; readonly momenta: Float32Array | undefined } {
  const at = (rate: (step: number) => number) =>
    Float32Array.from({ length: count }, (_, position) => rate(first + position));
  return {
    learningRates: at((step) => learningRateAt(plan, step, state)),
    momenta: cyclesMomentum(plan.schedule)
      ? at((step) => momentumAt(plan, step) ?? NaN)
      : undefined,
  };
}

/** Returns the number of steps of the whole training. */
export function totalSteps({ epochs, stepsPerEpoch }: ScheduledTraining): number {
  return epochs * stepsPerEpoch;
}

/**
 * Computes the learning rates of steps at even distances: the first, the last and others between them.
 *
 * @param maxPoints the largest number of steps that are looked at, 2 or more
 */
export function sampleRates(plan: RatePlan, maxPoints: number): readonly number[] {
  const steps = totalSteps(plan);
  const points = Math.min(steps, maxPoints);
  const distance = points === 1 ? 0 : (steps - 1) / (points - 1);
  return Array.from(
    { length: points },
    (_, position) => learningRateAt(plan, Math.round(position * distance)),
  );
}

/** Returns the momentum that a schedule gives the optimizer at the start; undefined where it is the optimizer's own. */
export function startMomentum(schedule: Schedule | null): number | undefined {
  return schedule ? scheduleDefinition(schedule).startMomentum?.(schedule) : undefined;
}

/** Tells whether a schedule sets the momentum of each step. */
export function cyclesMomentum(schedule: Schedule | null): boolean {
  return startMomentum(schedule) !== undefined;
}

/** Tells whether a schedule follows a metric, so that its learning rates are not known before the training. */
export function followsMetric(schedule: Schedule | null): boolean {
  return schedule !== null && scheduleDefinition(schedule).follows !== undefined;
}

/** Returns the name of the metric that a schedule follows; null for the default or none. */
export function followedMetric(schedule: Schedule): Metric | null {
  return scheduleDefinition(schedule).follows?.metric(schedule) ?? null;
}

/** Returns the setting that all learning rates of a training are multiples of. */
export function highestRate(
  { learningRate, schedule }: Pick<RatePlan, "learningRate" | "schedule">,
): { readonly option: string; readonly value: number } {
  const option = schedule ? scheduleDefinition(schedule).rateOption : undefined;
  const value = option === undefined
    ? undefined
    : Object.entries(schedule ?? {}).find(([name]) => name === option)?.[1];
  return option !== undefined && typeof value === "number"
    ? { option, value }
    : { option: "learningRate", value: learningRate };
}

/** Returns the state of a schedule before the first epoch; null if it follows no metric. */
export function initialScheduleState(plan: RatePlan): ScheduleState | null {
  return plan.schedule ? scheduleDefinition(plan.schedule).follows?.start(plan) ?? null : null;
}

/**
 * Returns the state of a schedule after an epoch; null if it follows no metric.
 *
 * @param metrics the epoch's metrics; those of the validation part are absent where there is none
 */
export function nextScheduleState(
  schedule: Schedule | null,
  state: ScheduleState | null,
  metrics: Readonly<Partial<Record<Metric, number>>>,
): ScheduleState | null {
  const rule = schedule ? scheduleDefinition(schedule).follows : undefined;
  if (!schedule || !rule || !state) return state;
  const hasValidation = metrics.VALIDATION_LOSS !== undefined;
  const metric = rule.metric(schedule) ?? (hasValidation ? "VALIDATION_LOSS" : "TRAIN_LOSS");
  const value = metrics[metric];
  if (value === undefined) {
    throw new RangeError(`Cannot follow ${metric}: the epoch has no such metric.`);
  }
  return rule.next(schedule, state, value, isLoss(metric) ? "min" : "max");
}

/** Checks whether a value that was read from a file is a state of a schedule. */
export function isScheduleState(schedule: Schedule | null, value: unknown): boolean {
  const follows = schedule !== null && scheduleDefinition(schedule).follows !== undefined;
  if (!follows || value === null) return !follows && value === null;
  if (typeof value !== "object") return false;
  const { learningRate, best, badEpochs, cooldownLeft, ...others } = value as Readonly<
    Record<string, unknown>
  >;
  return Object.keys(others).length === 0 && Number.isFinite(learningRate) &&
    (best === null || Number.isFinite(best)) &&
    [badEpochs, cooldownLeft].every((count) => Number.isInteger(count) && Number(count) >= 0);
}

function scheduledRate(plan: RatePlan, step: number): number {
  const { schedule, learningRate } = plan;
  return schedule ? scheduleDefinition(schedule).rate(schedule, step, plan) : learningRate;
}

function warmupFactor({ warmup, stepsPerEpoch }: RatePlan, step: number): number {
  if (!warmup) return 1;
  const { epochs, startFactor } = warmup;
  const steps = Math.max(1, Math.round(epochs * stepsPerEpoch));
  return step >= steps ? 1 : startFactor + (1 - startFactor) * step / steps;
}
