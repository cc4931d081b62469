/** Axes of growth: round sizes, and odd ones beside them, which must not cost much more than the next round one. */
import type { BenchNetwork } from "../training/spec.ts";

/** Names of what grows. */
export const AXIS_NAMES = ["batch", "channels", "samples", "threads"] as const;

/** Name of what grows. */
export type AxisName = typeof AXIS_NAMES[number];

/** Sizes that are measured, and how a table and a picture name them. */
export interface Axis {
  readonly label: string;
  /** The unit of the measured times. */
  readonly unit: string;
  readonly sizes: readonly number[];
}

/** A recipe whose batches, samples and threads grow. */
export const GROWING: BenchNetwork = "BASIC_CNN";

const CORES = navigator.hardwareConcurrency;

/** All that grows, in the order of the picture's panels. */
export const AXES: Readonly<Record<AxisName, Axis>> = {
  batch: {
    label: "Samples of a batch",
    unit: "µs a sample",
    sizes: [1, 2, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 256, 512],
  },
  channels: {
    label: "Channels of two 3 x 3 convolutions",
    unit: "ms a step",
    sizes: [4, 8, 15, 16, 17, 24, 31, 32, 33, 47, 48, 49, 63, 64, 65, 95, 96, 97, 128],
  },
  samples: {
    label: "Samples of an evaluation",
    unit: "µs a sample",
    sizes: [1, 10, 100, 250, 499, 500, 501, 999, 1000, 1001, 2500, 5000, 10_000],
  },
  threads: {
    label: "Threads",
    unit: "ms a step",
    // One more than cores: other work beside a training does the same to it.
    sizes: Array.from({ length: CORES + 1 }, (_, at) => at + 1),
  },
};
