/** Stretches of a run's curves, in epochs, and the ways from one to another. */

/** A stretch of the axis of epochs. */
export interface Zoom {
  readonly from: number;
  readonly to: number;
}

/** A step is the closest that there is to see. */
const FEWEST_STEPS = 20;

/** A zoom that lies within the run and shows a few steps at least; undefined for the whole run. */
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

/** As much again, around the middle: twice as close by 0.5, half as close by 2. */
export function scaleZoom({ from, to }: Zoom, factor: number): Zoom {
  const [middle, half] = [(from + to) / 2, factor * (to - from) / 2];
  return { from: middle - half, to: middle + half };
}

/** Along the run, by a part of what is seen. */
export function shiftZoom({ from, to }: Zoom, part: number): Zoom {
  const shift = part * (to - from);
  return { from: from + shift, to: to + shift };
}

/** The steps of a zoom, from 1. */
export function stepsOf({ from, to }: Zoom, stepsPerEpoch: number) {
  return {
    fromStep: Math.max(1, Math.floor(from * stepsPerEpoch)),
    toStep: Math.max(1, Math.ceil(to * stepsPerEpoch)),
  };
}
