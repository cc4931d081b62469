/**
 * The stages of a list of augmentations: movements that follow each other are one stage, which reads every pixel once;
 * every change is one of its own. A stage needs some numbers for each sample.
 */
import type { Change, Interpolation, Movement } from "./augmentation.ts";
import { type Augmentation, augmentationDefinition } from "./augmentations.ts";
import { MAP_SIZE } from "./pixel_map.ts";

/** An augmentation that moves pixels, and its position in the list. */
export interface Mover {
  readonly augmentation: Augmentation;
  readonly movement: Movement<Augmentation>;
  readonly position: number;
}

/** A stage; `offset` is the place of its numbers among those of a sample. */
export type Stage =
  | {
    readonly type: "movement";
    readonly offset: number;
    readonly drawCount: number;
    readonly movers: readonly Mover[];
    /** Null if every pixel moves to the place of another. */
    readonly interpolation: Interpolation | null;
  }
  | {
    readonly type: "change";
    readonly offset: number;
    readonly drawCount: number;
    readonly augmentation: Augmentation;
    readonly change: Change<Augmentation>;
    readonly position: number;
  };

/** Divides a list of augmentations into stages. */
export function stagesOf(augmentations: readonly Augmentation[]): readonly Stage[] {
  const stages: Stage[] = [];
  for (const [position, augmentation] of augmentations.entries()) {
    // The effect belongs to the augmentation; the compiler cannot follow that through the registry.
    const effect = augmentationDefinition(augmentation).effect as
      | Movement<Augmentation>
      | Change<Augmentation>;
    const last = stages.at(-1);
    const offset = last ? last.offset + last.drawCount : 0;
    if (effect.type === "change") {
      const { drawCount } = effect;
      stages.push({ type: "change", offset, drawCount, augmentation, change: effect, position });
      continue;
    }
    const mover = { augmentation, movement: effect, position };
    const interpolation = effect.interpolation(augmentation);
    if (last?.type === "movement" && fit(last.interpolation, interpolation)) {
      stages.splice(-1, 1, {
        ...last,
        movers: [...last.movers, mover],
        interpolation: last.interpolation ?? interpolation,
      });
    } else {
      const movers = [mover];
      stages.push({ type: "movement", offset, drawCount: MAP_SIZE, movers, interpolation });
    }
  }
  return stages;
}

/** Two movements can be composed unless they read between pixels in different ways. */
function fit(one: Interpolation | null, other: Interpolation | null): boolean {
  return one === null || other === null || one === other;
}

/** The number of values that a list of augmentations draws for each sample. */
export function drawCount(augmentations: readonly Augmentation[]): number {
  const last = stagesOf(augmentations).at(-1);
  return last ? last.offset + last.drawCount : 0;
}
