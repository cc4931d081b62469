/** The settings that augmented samples depend on. */
import { DEFAULT_DATASET, describeDataset } from "../../../data/catalog.ts";
import { parseRequest } from "../../../ml/spec/resolve.ts";
import type { TrainingRequest } from "../../../ml/spec/spec.ts";
import type { StartTrainingInput } from "../operations.ts";

/** Augmentation to draw, or what is wrong with it. */
export type AugmentedInput =
  | {
    readonly ok: true;
    /** An input with nothing but its augmentation, its seed and its samples. */
    readonly input: Pick<
      NonNullable<StartTrainingInput>,
      "augmentation" | "seed" | "trainSamples"
    >;
  }
  | { readonly ok: false; readonly problem: string };

/** Returns the part of an input that its augmented samples depend on; undefined without augmentation. */
export function augmentedInput(
  { augmentation, seed, trainSamples }: NonNullable<StartTrainingInput>,
): AugmentedInput | undefined {
  if (!augmentation || augmentation.length === 0) return undefined;
  const input = {
    augmentation,
    ...(seed === undefined ? {} : { seed }),
    ...(trainSamples === undefined ? {} : { trainSamples }),
  };
  const parsed = parseRequest(input as TrainingRequest, describeDataset(DEFAULT_DATASET));
  return parsed.ok ? { ok: true, input } : { ok: false, problem: parsed.problems[0].message };
}
