/**
 * Loads one batch, in the thread of a DataLoader or of a worker.
 */
import type { IterableDataset, MapDataset } from "../dataset.ts";

/** Either kind of dataset. */
export type AnyDataset = MapDataset<unknown> | IterableDataset<unknown>;

/** Samples to load: indices of a map-style dataset, or a number of next samples of an iterable-style one. */
export type Wanted = readonly number[] | number;

/** Settings of a fetch. */
export interface FetchPlan {
  readonly dataset: AnyDataset;
  /** True if samples are collated into batches. */
  readonly batched: boolean;
  /** Drops an incomplete last batch; iterable-style datasets only. */
  readonly dropLast: boolean;
  /** Combines the samples of a batch; receives a single sample if there are no batches. */
  readonly collate: (samples: unknown) => unknown;
}

/** A batch, or the end of an iterable-style dataset. */
export type Fetched = { readonly done: false; readonly batch: unknown } | { readonly done: true };

/** Loads the batches of one epoch. */
export interface Fetcher {
  fetch(wanted: Wanted): Promise<Fetched>;
}

/** Returns true if a dataset is map-style. */
export function isMapDataset(dataset: AnyDataset): dataset is MapDataset<unknown> {
  return "at" in dataset && typeof dataset.at === "function";
}

/** Starts an epoch over a dataset. */
export function createFetcher(plan: FetchPlan, epoch: number): Fetcher {
  const { dataset } = plan;
  const load = isMapDataset(dataset)
    ? (wanted: Wanted) => byIndex(dataset, wanted, epoch)
    : nextOf(dataset, plan.dropLast);
  return {
    async fetch(wanted) {
      const samples = await load(wanted);
      if (samples === undefined) return { done: true };
      return { done: false, batch: await plan.collate(plan.batched ? samples : samples[0]) };
    },
  };
}

async function byIndex(
  dataset: MapDataset<unknown>,
  wanted: Wanted,
  epoch: number,
): Promise<unknown[]> {
  const samples: unknown[] = [];
  for (const index of typeof wanted === "number" ? [wanted] : wanted) {
    // An array rounds its indices, and counts negative ones from its end.
    const loading = Number.isInteger(index) && index >= 0 ? dataset.at(index, epoch) : undefined;
    const sample = loading instanceof Promise ? await loading : loading;
    if (sample === undefined) {
      throw new RangeError(
        `Cannot load sample ${index}: the index must be between 0 and ${dataset.length - 1}.`,
      );
    }
    samples.push(sample);
  }
  return samples;
}

function nextOf(
  dataset: IterableDataset<unknown>,
  dropLast: boolean,
): (wanted: Wanted) => Promise<unknown[] | undefined> {
  const iterator = Symbol.asyncIterator in dataset
    ? dataset[Symbol.asyncIterator]()
    : dataset[Symbol.iterator]();
  let ended = false;
  return async (wanted) => {
    const count = typeof wanted === "number" ? wanted : wanted.length;
    const samples: unknown[] = [];
    while (!ended && samples.length < count) {
      const { done, value } = await iterator.next();
      if (done === true) ended = true;
      else samples.push(value);
    }
    const full = samples.length === count;
    return samples.length === 0 || (dropLast && !full) ? undefined : samples;
  };
}
