/**
 * A run's progress as a fold over its events. Time is the events' own, so that a log gives the same
 * progress when it is read later.
 */
import type { TrainingSpec } from "../../ml/spec/spec.ts";
import { stepsPerEpoch } from "../../ml/spec/spec.ts";
import type { RunEvent, RunEventType } from "../../runs/log/event.ts";
import { addSteps, addTest, type Pace, remainingSeconds } from "../../runs/log/pace.ts";

/** The part of a run's spec that its progress depends on. */
export type ProgressSpec =
  & Pick<TrainingSpec, "epochs" | "trainSamples" | "batchSize">
  & Partial<Pick<TrainingSpec, "validationShare">>;

/** The progress that is displayed. */
export interface Progress {
  readonly spec: ProgressSpec;
  /** The current epoch, from 1. */
  readonly epoch: number;
  /** The last step, counted over the whole run. */
  readonly step: number;
  readonly steps: number;
  readonly samplesPerSecond: number | undefined;
  /** Time to the end at the attempt's pace, tests included; undefined before its second report. */
  readonly etaSeconds: number | undefined;
  /**
   * Means over the epoch's steps so far, in nats per sample and as a fraction; undefined before its first
   * step.
   */
  readonly loss: number | undefined;
  readonly acc: number | undefined;
  /** Of the latest attempt; null before its first steps. */
  readonly pace: Pace | null;
}

/** Returns the progress before the first step. */
export function noProgress(spec: ProgressSpec): Progress {
  return {
    spec,
    epoch: 1,
    step: 0,
    steps: spec.epochs * stepsPerEpoch(spec),
    samplesPerSecond: undefined,
    etaSeconds: undefined,
    loss: undefined,
    acc: undefined,
    pace: null,
  };
}

/** The effect of each type of event on the progress; other types have none. */
const FOLDS: {
  readonly [Type in RunEventType]?: (progress: Progress, event: RunEvent<Type>) => Progress;
} = {
  started: (progress, { steps }) => ({
    ...progress,
    steps,
    pace: null,
    etaSeconds: undefined,
  }),
  batches(progress, event) {
    const step = event.firstStep + event.losses.length - 1;
    const before = event.firstStep - 1 - (event.epoch - 1) * epochSteps(progress);
    const pace = addSteps(progress.pace, event.losses.length, event.at);
    const rest = {
      steps: progress.steps - step,
      tests: progress.spec.epochs - event.epoch + 1,
    };
    return {
      ...progress,
      epoch: event.epoch,
      step,
      pace,
      samplesPerSecond: event.samplesPerSecond,
      etaSeconds: remainingSeconds(pace, rest) ?? undefined,
      loss: mean(progress.loss, before, event.losses),
      acc: mean(progress.acc, before, event.accs),
    };
  },
  epoch: (progress, { number, at }) => ({
    ...progress,
    pace: addTest(progress.pace, at),
    epoch: Math.min(number + 1, progress.spec.epochs),
    loss: undefined,
    acc: undefined,
  }),
  resumeRequested(progress, { epochs }) {
    const spec = { ...progress.spec, epochs: epochs ?? progress.spec.epochs };
    return { ...progress, spec, steps: spec.epochs * epochSteps(progress) };
  },
};

/** The types of events that the progress depends on. */
export const PROGRESS_TYPES: readonly string[] = Object.keys(FOLDS);

/** Returns the progress after one more event. */
export function foldProgress(progress: Progress, event: RunEvent): Progress {
  // The table is indexed by the event's own type.
  const fold = FOLDS[event.type] as ((progress: Progress, event: RunEvent) => Progress) | undefined;
  return fold?.(progress, event) ?? progress;
}

/** Returns the number of steps of an epoch. */
function epochSteps({ steps, spec }: Progress): number {
  return steps / spec.epochs;
}

/** Updates a mean of `before` values with new ones. */
function mean(mean: number | undefined, before: number, values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  if (mean === undefined) return sum / values.length;
  return (mean * before + sum) / (before + values.length);
}
