/** Splits a training set into the samples that are trained on and those that are kept for validation. */
import { permutation, randomStream } from "./random.ts";

/** The two parts of a training set: indices of its samples, ascending. */
export interface StratifiedSplit {
  readonly trained: Int32Array;
  readonly validation: Int32Array;
}

/**
 * Keeps some samples for validation, with each class's share as in the whole set. A class with two samples or more is
 * in both parts, as far as the number allows; of a class with a single sample, training gets it.
 *
 * @param labels the class of each sample
 * @param count the number of samples to keep
 * @param seed chooses the samples of each class
 * @throws {RangeError} if there are not as many samples
 */
export function stratifiedSplit(
  labels: ArrayLike<number>,
  count: number,
  seed: number,
): StratifiedSplit {
  if (!Number.isInteger(count) || count < 0 || count > labels.length) {
    throw new RangeError(
      `Cannot keep ${count} samples: the number must be between 0 and ${labels.length}.`,
    );
  }
  const classes = samplesByClass(labels);
  const kept = new Uint8Array(labels.length);
  const quotas = quotasOf(classes.map(({ samples }) => samples.length), count);
  for (const [at, { label, samples }] of classes.entries()) {
    const order = permutation(samples.length, randomStream(seed, "validation", label));
    for (const place of order.subarray(0, quotas[at])) kept[samples[place] ?? 0] = 1;
  }
  const indices = Array.from(kept.keys());
  return {
    trained: Int32Array.from(indices.filter((sample) => kept[sample] === 0)),
    validation: Int32Array.from(indices.filter((sample) => kept[sample] === 1)),
  };
}

interface SamplesOfClass {
  readonly label: number;
  readonly samples: readonly number[];
}

function samplesByClass(labels: ArrayLike<number>): readonly SamplesOfClass[] {
  const byLabel = new Map<number, number[]>();
  for (let sample = 0; sample < labels.length; sample++) {
    const label = labels[sample] ?? 0;
    const samples = byLabel.get(label);
    if (samples) samples.push(sample);
    else byLabel.set(label, [sample]);
  }
  return [...byLabel].map(([label, samples]) => ({ label, samples }))
    .toSorted((a, b) => a.label - b.label);
}

/** Divides a number over classes by their sizes: rounded down, then the largest remainders first. */
function quotasOf(sizes: readonly number[], count: number): readonly number[] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const exact = sizes.map((size) => total === 0 ? 0 : (count * size) / total);
  const spare = (at: number) => Math.max(0, (sizes[at] ?? 0) - 1);
  const quotas = exact.map((share, at) =>
    Math.min(spare(at), Math.max(spare(at) > 0 ? 1 : 0, Math.floor(share)))
  );
  const missing = (at: number) => (exact[at] ?? 0) - (quotas[at] ?? 0);
  const change = (by: 1 | -1, ...rules: readonly ((quota: number, at: number) => boolean)[]) => {
    for (const rule of rules) {
      const candidates = quotas.flatMap((quota, at) => rule(quota, at) ? [at] : []);
      const [first, ...others] = candidates;
      if (first === undefined) continue;
      const best = others.reduce(
        (best, at) => by * (missing(at) - missing(best)) > 0 ? at : best,
        first,
      );
      quotas[best] = (quotas[best] ?? 0) + by;
      return;
    }
  };
  for (let sum = quotas.reduce((sum, quota) => sum + quota, 0); sum !== count;) {
    if (sum > count) change(-1, (quota) => quota > 1, (quota) => quota > 0);
    else change(1, (quota, at) => quota < spare(at), (quota, at) => quota < (sizes[at] ?? 0));
    sum += sum > count ? -1 : 1;
  }
  return quotas;
}
