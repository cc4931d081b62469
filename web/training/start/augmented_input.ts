/** The settings that augmented samples depend on. */
import { parseRequest } from "../../../ml/spec/resolve.ts";
import type { DatasetShape, TrainingRequest } from "../../../ml/spec/spec.ts";
import type { StartTrainingInput } from "../operations.ts";

/** Augmentation to draw, or what is wrong with it. */
export type AugmentedInput =
  | {
    readonly ok: true;
    /** An input with nothing but its dataset, its augmentation, its seed and its samples. */
    readonly input: Pick<
      NonNullable<StartTrainingInput>,
      "dataset" | "network" | "augmentation" | "seed" | "trainSamples"
    >;
  }
  | { readonly ok: false; readonly problem: string };

/** Returns the part of an input that its augmented samples depend on; undefined without augmentation. */
export function augmentedInput(
  { augmentation, dataset: name, network, seed, trainSamples }: NonNullable<StartTrainingInput>,
  dataset: DatasetShape,
): AugmentedInput | undefined {
  if (!augmentation || augmentation.length === 0) return undefined;
  const input = {
    augmentation,
    // A recipe's network, which is the default, takes images of MNIST's size alone.
    ...(name === undefined ? {} : { dataset: name, network }),
    ...(seed === undefined ? {} : { seed }),
    ...(trainSamples === undefined ? {} : { trainSamples }),
  };
  const parsed = parseRequest(input as TrainingRequest, dataset);
  return parsed.ok ? { ok: true, input } : { ok: false, problem: parsed.problems[0].message };
}
