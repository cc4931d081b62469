/** Specs that the bench trains, or writes as if it had. */
import type { Preset } from "../../ml/network/presets.ts";
import { type Recipe, RECIPE_NAMES } from "../../ml/spec/recipes.ts";
import { SPEC_FIELDS } from "../../ml/spec/fields.ts";
import { resolveSpec } from "../../ml/spec/resolve.ts";
import type { TrainingSpec } from "../../ml/spec/spec.ts";
import { describeDataset } from "../../data/catalog.ts";

/** Presets that are measured, at the batch size of networks that name none. */
const PRESETS = ["RESNET_SMALL", "MOBILENET_SMALL", "MLP"] as const satisfies readonly Preset[];

/** A network that is measured. */
export type BenchNetwork = Recipe | typeof PRESETS[number];

/** Networks that are measured, in the order of the table. */
export const BENCH_NETWORKS: readonly BenchNetwork[] = [...RECIPE_NAMES, ...PRESETS];

/** Steps of an epoch: about two seconds on two cores, or all that there are. */
const STEPS: Readonly<Record<BenchNetwork, number>> = {
  BASIC_CNN: 1800,
  DROPOUT_CNN: 220,
  WIDE_KERNEL_CNN: 400,
  RESNET_SMALL: 24,
  MOBILENET_SMALL: 70,
  MLP: 900,
};

/** Names a network as clients do. */
export function namedNetwork(
  network: BenchNetwork,
): { readonly recipe: Recipe } | { readonly network: { readonly preset: Preset } } {
  const preset = PRESETS.find((name) => name === network);
  const recipe = RECIPE_NAMES.find((name) => name === network);
  return recipe === undefined ? { network: { preset: preset ?? PRESETS[0] } } : { recipe };
}

/**
 * The training of a network as it is measured: its own batch size and learning rate, the whole test set. Endless, in
 * epochs of a few seconds each, so that some are evaluated too.
 */
export function benchSpec(network: BenchNetwork): TrainingSpec {
  const size = describeDataset("mnist");
  const request = { ...namedNetwork(network), seed: 1, epochs: SPEC_FIELDS.epochs.rule.max };
  const { batchSize } = resolveSpec(request, size);
  return resolveSpec({ ...request, trainSamples: STEPS[network] * batchSize }, size);
}

/** A training of epochs of so many steps, each of one sample. */
export function specOfSteps(epochs: number, stepsPerEpoch: number): TrainingSpec {
  const request = { seed: 1, epochs, batchSize: 1, trainSamples: stepsPerEpoch };
  return resolveSpec(request, describeDataset("mnist"));
}
