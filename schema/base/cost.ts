/**
 * Costs of fields, in points of about 10 microseconds of server time. A field costs one by default,
 * a list ten times its content; expensive fields declare one of these, measured on a machine with
 * two cores.
 */

/** Points of expensive fields, each with its whole content. */
export const COST = {
  /** One thing out of the store. */
  lookup: 20,
  /** A piece of a run's log. */
  log: 50,
  /** The whole log of a run, thinned out. The first look at one of a week takes some ten times as long. */
  curve: 2000,
  /** A change that is on the disk when it is answered. */
  write: 200,
  /** An input of a training that is checked. With a thousand layers it takes some eight times as long. */
  check: 1000,
  /** The shapes of a network of a client's. */
  network: 200,
  /** The learning rates of a hundred steps. */
  rates: 5,
  /** A batch as the DataLoader gives it: an epoch is shuffled for it. */
  batch: 500,
  /** The numbers of a batch's images together. */
  values: 2000,
  /** An image's pixels as numbers. */
  pixels: 10,
  /** An image as a file. */
  image: 5,
  /** Samples that are augmented, in a thread of their own, and drawn. */
  augmentation: 2000,
  /** Images, kernels or counts side by side as SVG. */
  picture: 500,
  /** A chart as SVG. */
  chart: 5000,
  /** A PNG from an SVG, in a thread of its own. */
  png: 5000,
  /** A checkpoint that is fetched and read. */
  checkpoint: 1000,
  /** A part of an answer that is sent on its own. */
  part: 1000,
  /** A test set that is classified, in a thread of its own and one after the other; the next answers are free. */
  evaluation: 10_000,
} as const;

/** Computes the cost of a list or connection by the number of requested items. */
export function perItem(
  items: number | null | undefined,
  field: number = COST.lookup,
): { readonly field: number; readonly multiplier: number } {
  return { field, multiplier: items ?? 1 };
}
