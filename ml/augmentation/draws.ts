/**
 * The random numbers of augmentations. Those of a sample depend on the seed, the epoch, the sample and the position in
 * the list alone: not on batches, calls, or where a training was resumed.
 */
import type { SampleShape } from "../../data/dataset.ts";
import { hashStream } from "../../data/random.ts";
import type { ImageShape } from "./augmentation.ts";
import type { Augmentation } from "./augmentations.ts";
import { composeMaps, IDENTITY, type PixelMap } from "./pixel_map.ts";
import { drawCount, type Stage, stagesOf } from "./stages.ts";

/** The settings of a training that its draws depend on. */
export interface DrawPlan {
  readonly augmentation: readonly Augmentation[];
  readonly network: { readonly inputShape: SampleShape };
  readonly seed: number;
}

/**
 * Draws the numbers of some samples: [samples, drawCount(augmentation)].
 *
 * @param epoch from 1
 * @param samples indices into the training set
 */
export function drawAugmentations(
  { augmentation, network, seed }: DrawPlan,
  epoch: number,
  samples: Int32Array,
): Float32Array {
  const { inputShape } = network;
  // Vectors are not augmented.
  if (inputShape.length === 1) return new Float32Array();
  const stages = stagesOf(augmentation);
  const count = drawCount(augmentation);
  const draws = new Float32Array(samples.length * count);
  for (const [row, sample] of samples.entries()) {
    const randomAt = (position: number) =>
      hashStream(seed, "augmentation", epoch, sample, position);
    for (const stage of stages) {
      draws.set(drawStage(stage, inputShape, randomAt), row * count + stage.offset);
    }
  }
  return draws;
}

function drawStage(
  stage: Stage,
  shape: ImageShape,
  randomAt: (position: number) => ReturnType<typeof hashStream>,
): readonly number[] {
  if (stage.type === "change") {
    return stage.change.draw(stage.augmentation, shape, randomAt(stage.position));
  }
  return stage.movers.reduce(
    (map: PixelMap, { augmentation, movement, position }) =>
      composeMaps(map, movement.draw(augmentation, shape, randomAt(position))),
    IDENTITY,
  );
}
