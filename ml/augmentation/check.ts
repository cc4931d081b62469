/** Checks augmentations against each other and against the images of a training. */
import { type Problem, valueProblem } from "../options/problem.ts";
import { type Augmentation, augmentationDefinition } from "./augmentations.ts";

/**
 * Lists the problems of augmentations with the samples.
 *
 * @param shape the shape of a sample: [height, width, channels] of an image, [features] of a vector
 */
export function augmentationProblems(
  augmentations: readonly Augmentation[],
  shape: readonly number[],
): readonly Problem[] {
  return augmentations.flatMap((augmentation, at): readonly Problem[] => {
    const { kind } = augmentation;
    const path = ["augmentation", at, kind];
    const [height, width, channels] = shape;
    if (height === undefined || width === undefined || channels === undefined) {
      return [{
        path,
        message: `Cannot train with ${kind}: the samples must be images, got vectors of ${
          height ?? 0
        } features.`,
      }];
    }
    const conflict = augmentationDefinition(augmentation).conflict?.(
      augmentation,
      [height, width, channels],
    );
    if (!conflict) return [];
    const { option, rule } = conflict;
    const value = Object.entries(augmentation).find(([name]) => name === option)?.[1];
    return [valueProblem([...path, option], option, value, rule)];
  });
}
