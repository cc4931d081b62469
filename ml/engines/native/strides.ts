/** Strides of arrays that are walked together: axes of size 1 are dropped, axes that follow each other are merged. */
import { elementCount, type Shape } from "../../graph/tensor.ts";

/** Some axes, with the strides of each array along them. */
export interface Walk {
  readonly shape: readonly number[];
  readonly strides: readonly (readonly number[])[];
}

/** The most axes of a walk that the kernels take. */
const MAX_RANK = 5;

/** Returns the strides of an array whose elements follow each other. */
export function contiguous(shape: Shape): readonly number[] {
  return shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
}

/** Returns the strides of an array that is broadcast to a shape: 0 along repeated axes. */
export function broadcastStrides(shape: Shape, to: Shape): readonly number[] {
  const own = contiguous(shape);
  const lead = to.length - shape.length;
  return to.map((_, axis) => {
    const at = axis - lead;
    return at < 0 || shape[at] === 1 ? 0 : own[at] ?? 0;
  });
}

/**
 * Merges axes.
 *
 * @throws {RangeError} if too many axes are left
 */
export function mergeAxes(shape: Shape, strides: readonly (readonly number[])[]): Walk {
  const merged: { size: number; strides: number[] }[] = [];
  for (const [axis, size] of shape.entries()) {
    if (size === 1) continue;
    const own = strides.map((each) => each[axis] ?? 0);
    const last = merged.at(-1);
    if (last && own.every((stride, at) => last.strides[at] === stride * size)) {
      last.size *= size;
      last.strides = own;
    } else {
      merged.push({ size, strides: own });
    }
  }
  if (merged.length > MAX_RANK) {
    throw new RangeError(
      `Cannot lower the graph: arrays must be walked along at most ${MAX_RANK} axes, got ${merged.length}.`,
    );
  }
  if (merged.length === 0) merged.push({ size: 1, strides: strides.map(() => 0) });
  return {
    shape: merged.map(({ size }) => size),
    strides: strides.map((_, at) => merged.map(({ strides }) => strides[at] ?? 0)),
  };
}
