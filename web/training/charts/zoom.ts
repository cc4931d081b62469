/** Ranges of a run's curves, in epochs, and moves between them. */

/** A range of the axis of epochs. */
export interface Zoom {
  readonly from: number;
  readonly to: number;
}

/** The smallest range, in steps. */
const FEWEST_STEPS = 20;

/** Clamps a zoom to the run and the smallest range; undefined for the whole run. */
export function fitZoom(
  { from, to }: Zoom,
  { epochs, stepsPerEpoch }: { readonly epochs: number; readonly stepsPerEpoch: number },
): Zoom | undefined {
  const least = Math.min(epochs, FEWEST_STEPS / stepsPerEpoch);
  const width = Math.max(least, to - from);
  if (width >= epochs) return undefined;
  const start = Math.min(Math.max(0, (from + to - width) / 2), epochs - width);
  return { from: start, to: start + width };
}

/** Scales a zoom around its middle: 0.5 is twice as close, 2 half as close. */
export function scaleZoom({ from, to }: Zoom, factor: number): Zoom {
  const [middle, half] = [(from + to) / 2, factor * (to - from) / 2];
  return { from: middle - half, to: middle + half };
}

/** Shifts a zoom by a fraction of its width. */
export function shiftZoom({ from, to }: Zoom, part: number): Zoom {
  const shift = part * (to - from);
  return { from: from + shift, to: to + shift };
}

/** Converts a zoom to steps, from 1. */
export function stepsOf({ from, to }: Zoom, stepsPerEpoch: number) {
  return {
    fromStep: Math.max(1, Math.floor(from * stepsPerEpoch)),
    toStep: Math.max(1, Math.ceil(to * stepsPerEpoch)),
  };
}
