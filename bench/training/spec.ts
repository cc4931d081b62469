/** Specs that the bench trains, or writes as if it had. */
import type { Recipe } from "../../ml/spec/recipes.ts";
import { SPEC_FIELDS } from "../../ml/spec/fields.ts";
import { resolveSpec } from "../../ml/spec/resolve.ts";
import type { TrainingSpec } from "../../ml/spec/spec.ts";
import { describeDataset } from "../../data/catalog.ts";

/** Steps of an epoch: two to four seconds on two cores. */
const STEPS: Readonly<Record<Recipe, number>> = {
  BASIC_CNN: 1200,
  DROPOUT_CNN: 150,
  WIDE_KERNEL_CNN: 300,
};

/**
 * The training of a recipe as it is measured: its own batch size and learning rate, the whole test set. Endless, in
 * epochs of a few seconds each, so that some are evaluated too.
 */
export function benchSpec(recipe: Recipe): TrainingSpec {
  const size = describeDataset("mnist");
  const request = { recipe, seed: 1, epochs: SPEC_FIELDS.epochs.rule.max };
  const { batchSize } = resolveSpec(request, size);
  return resolveSpec({ ...request, trainSamples: STEPS[recipe] * batchSize }, size);
}

/** A training of epochs of so many steps, each of one sample. */
export function specOfSteps(epochs: number, stepsPerEpoch: number): TrainingSpec {
  const request = { seed: 1, epochs, batchSize: 1, trainSamples: stepsPerEpoch };
  return resolveSpec(request, describeDataset("mnist"));
}
