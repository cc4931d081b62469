/** A figure that has a target: a ratio within one run, a size or a time. */
import { maximum, median, minimum } from "./statistics.ts";

/** A figure beside its target. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** The same figure of medians. */
  readonly median?: number;
  readonly unit: "x" | "MB" | "bytes" | "s" | "ms" | "%";
  readonly target: { readonly atLeast: number } | { readonly below: number };
  readonly isMet: boolean;
}

/** Computes how many times as fast epochql is. Values are times. */
export function ratio(
  name: string,
  peer: readonly (readonly number[])[],
  ours: readonly (readonly number[])[],
  atLeast: number,
): Figure | undefined {
  if (peer.flat().length === 0 || ours.flat().length === 0) return undefined;
  const value = minimum(peer.flat()) / minimum(ours.flat());
  const medians = median(peer.map(median)) / median(ours.map(median));
  return {
    name,
    value,
    median: medians,
    unit: "x",
    target: { atLeast },
    isMet: value >= atLeast,
  };
}

/** Takes a size or time: of all values the largest, if nothing else is said. */
export function size(
  name: string,
  values: readonly number[],
  unit: Figure["unit"],
  below: number,
  of: (values: readonly number[]) => number = maximum,
): Figure | undefined {
  if (values.length === 0) return undefined;
  const value = of(values);
  return {
    name,
    value,
    ...(of === minimum ? { median: median(values) } : {}),
    unit,
    target: { below },
    isMet: value < below,
  };
}
