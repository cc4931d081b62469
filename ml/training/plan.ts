/** The plan of a spec's training, as engines prepare it, with the samples that it trains on. */
import { type LabelledDataset, takeFirst } from "../../data/dataset.ts";
import { stratifiedSplit } from "../../data/stratified_split.ts";
import type { TrainingPlan } from "../engines/engine.ts";
import { resolveClassWeights } from "../losses/class_weights.ts";
import { cyclesMomentum } from "../schedules/rates.ts";
import { type TrainingSpec, validationSamples } from "../spec/spec.ts";

/** The sets that a training reads. */
export interface TrainingSets {
  readonly train: LabelledDataset;
  readonly test: LabelledDataset;
}

/** A training as engines prepare it. */
export interface PlannedTraining {
  readonly plan: TrainingPlan;
  /** The training samples that are not kept for validation. */
  readonly trained: Int32Array;
}

/** Plans a training. */
export function planTraining(spec: TrainingSpec, { train, test }: TrainingSets): PlannedTraining {
  const whole = takeFirst(train, spec.trainSamples);
  const { trained, validation } = stratifiedSplit(
    whole.labels,
    validationSamples(spec),
    spec.seed,
  );
  const plan: TrainingPlan = {
    network: spec.network,
    loss: resolveClassWeights(
      spec.loss,
      trained.map((sample) => whole.labels[sample] ?? 0),
      whole.classes.length,
    ),
    optimizer: spec.optimizer,
    learningRate: spec.learningRate,
    cyclesMomentum: cyclesMomentum(spec.schedule),
    gradientClipNorm: spec.gradientClipNorm,
    augmentation: spec.augmentation,
    batchSize: spec.batchSize,
    seed: spec.seed,
    train: whole,
    test: takeFirst(test, spec.testSamples),
    validation,
  };
  return { plan, trained };
}
