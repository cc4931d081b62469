/** Merging of several activations into one. */
import { sameShape } from "../graph/tensor.ts";
import { type Activations, channelsFirst, LayerError, type SampleShape } from "./layer.ts";

/** An operation on several activations. */
export type Merge = "ADD" | "CONCAT" | "MULTIPLY";

/**
 * Infers the result of a merge. For ADD, shapes must be equal; for MULTIPLY equal, or one value a channel beside an
 * image; for CONCAT equal but for the channels.
 *
 * @param what the activations in messages: 'the branches of parallel'
 * @param option the option that must be changed if they cannot be merged
 * @throws {LayerError} if they cannot be merged
 */
export function mergedActivations(
  what: string,
  merge: Merge,
  activations: readonly Activations[],
  option: string,
): Activations {
  const shapes = activations.map(({ shape }) => shape);
  const shape = shapes.slice(1).reduce<SampleShape | undefined>(
    (merged, other) => merged && mergedShape(merge, merged, other),
    shapes[0],
  );
  if (!shape) {
    const all = shapes.map((each) => `[${channelsFirst(each).join(", ")}]`).join(" and ");
    throw new LayerError(
      `Cannot merge ${what} by ${merge}: their shapes must ${RULES[merge]}, got ${all}.`,
      option,
    );
  }
  // Flattened images have another order of values here than in PyTorch, which must not meet any other order.
  const [first, ...others] = activations.map(({ flattenedFrom = [] }) => flattenedFrom);
  const images = merge === "CONCAT" ? [[], ...others] : others;
  if (first && images.some((image) => !sameShape(image, first))) {
    throw new LayerError(
      `Cannot merge ${what} by ${merge}: flatten must come after the merge, got images flattened before it.`,
      option,
    );
  }
  return first && first.length > 0 ? { shape, flattenedFrom: first } : { shape };
}

const RULES: { readonly [M in Merge]: string } = {
  ADD: "be equal",
  CONCAT: "be equal but for the channels",
  MULTIPLY: "be equal, or one value a channel beside an image",
};

function mergedShape(merge: Merge, a: SampleShape, b: SampleShape): SampleShape | undefined {
  if (a.length !== b.length) return undefined;
  switch (merge) {
    case "ADD":
      return sameShape(a, b) ? a : undefined;
    case "CONCAT": {
      if (!sameShape(a.slice(0, -1), b.slice(0, -1))) return undefined;
      return [...a.slice(0, -1), (a.at(-1) ?? 0) + (b.at(-1) ?? 0)];
    }
    case "MULTIPLY": {
      const fits = a.every((size, axis) => size === b[axis] || size === 1 || b[axis] === 1);
      return fits ? a.map((size, axis) => Math.max(size, b[axis] ?? 1)) : undefined;
    }
    default:
      return merge satisfies never;
  }
}
