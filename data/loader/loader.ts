/**
 * PyTorch's DataLoader: loads a dataset in batches, in this thread or in workers. It is seeded: with the same
 * seed, an epoch is the same for any number of workers, and shuffling uses the order of epochOrder(), as training
 * engines do.
 */
import { type Collated, type Converted, defaultCollate, defaultConvert } from "./collate.ts";
import type { IterableDataset, MapDataset } from "../dataset.ts";
import { type AnyDataset, createFetcher, type FetchPlan, isMapDataset } from "./fetcher.ts";
import type { Wanted } from "./fetcher.ts";
import {
  type AllOptions,
  type LoaderOptions,
  type Resolved,
  resolveOptions,
  type Workers,
} from "./options.ts";
import { MAX_SEED, streamKey } from "../random.ts";
import { lengthOf, orderOf } from "./samplers.ts";
import { loadWithPool } from "./threads/load.ts";
import type { Assignment } from "./threads/message.ts";
import { type Pool, startPool } from "./threads/pool.ts";
import { getWorkerInfo } from "./threads/worker_info.ts";

export { getWorkerInfo, type LoaderOptions };

/** Batches of a dataset. Iterating it takes the epochs 1, 2, 3 ... in turn. */
export interface DataLoader<Batch> extends AsyncIterable<Batch>, AsyncDisposable {
  /**
   * Number of batches in an epoch.
   * @throws {TypeError} if the dataset's or sampler's length is unknown
   */
  readonly length: number;
  /** null with a batchSampler or without batches. */
  readonly batchSize: number | null;
  readonly dropLast: boolean;
  readonly numWorkers: number;
  /** The seed in use: the given one, or a random one. */
  readonly generator: number;
  /** Loads the batches of one epoch, from 1, independent of earlier ones. */
  epoch(epoch: number): AsyncGenerator<Batch, void>;
  /**
   * Loads one batch of an epoch, both counted from 1, without those before it, in this thread.
   *
   * @throws {RangeError} if the epoch has no such batch
   * @throws {TypeError} if the dataset is iterable-style
   */
  batch(epoch: number, number: number): Promise<Batch>;
  /** Ends persistent workers. Workers that are not persistent end with their epoch. */
  close(): Promise<void>;
}

type Source<Sample> = MapDataset<Sample> | IterableDataset<Sample>;

/**
 * Loads a dataset in batches.
 *
 * Samples are combined by collateFn, by default defaultCollate(). With batchSize null, they are loaded one by one
 * and converted by collateFn, by default defaultConvert().
 *
 * @throws {TypeError} if the dataset is not a dataset or an option is unknown
 * @throws {RangeError} if a value is not allowed or two options exclude each other
 *
 * @example
 * ```ts
 * import { MNIST } from "../mnist.ts";
 * import { ToTensor } from "../transforms/transforms.ts";
 *
 * const train = await MNIST(".epochql/data", { transform: ToTensor(), download: true });
 * const loader = DataLoader(train, { batchSize: 32, shuffle: true, generator: 1 });
 * for await (const [images, labels] of loader) {
 *   console.log(images.shape, labels.shape); // [32, 1, 28, 28] [32]
 *   break;
 * }
 * ```
 *
 * @example Two workers, which import the module that exports the dataset
 * ```ts ignore
 * import { train } from "./train_data.ts";
 * const loader = DataLoader(train, {
 *   batchSize: 32,
 *   numWorkers: 2,
 *   workerModule: import.meta.resolve("./train_data.ts"),
 * });
 * ```
 */
export function DataLoader<Sample>(
  dataset: Source<Sample>,
  options?: LoaderOptions & { readonly batchSize?: number; readonly collateFn?: undefined },
): DataLoader<Collated<Sample>>;
export function DataLoader<Sample>(
  dataset: Source<Sample>,
  options: LoaderOptions & { readonly batchSize: null; readonly collateFn?: undefined },
): DataLoader<Converted<Sample>>;
export function DataLoader<Sample, Batch>(
  dataset: Source<Sample>,
  options: LoaderOptions & {
    readonly batchSize: null;
    readonly collateFn: (sample: Sample) => Batch | Promise<Batch>;
  },
): DataLoader<Batch>;
export function DataLoader<Sample, Batch>(
  dataset: Source<Sample>,
  options: LoaderOptions & {
    readonly batchSize?: number;
    readonly collateFn: (samples: readonly Sample[]) => Batch | Promise<Batch>;
  },
): DataLoader<Batch>;
export function DataLoader(dataset: AnyDataset, options: AllOptions = {}): DataLoader<unknown> {
  const resolved = resolveOptions(dataset, options);
  const { seed, batchSize, dropLast, workers } = resolved;
  const plan: FetchPlan = {
    dataset,
    dropLast,
    batched: isBatched(resolved),
    collate: (options.collateFn ?? (isBatched(resolved) ? defaultCollate : defaultConvert)) as (
      samples: unknown,
    ) => unknown,
  };
  const threads = workers && createThreads(plan, options, workers, seed);
  let epochs = 0;
  const load = (epoch: number) => {
    checkNumber("epoch", epoch);
    return threads === undefined
      ? loadHere(plan, resolved, epoch)
      : threads.load(wantedOf(plan, resolved, epoch), epoch);
  };
  const close = async () => await threads?.close();
  return {
    get length() {
      return lengthIn(plan, resolved);
    },
    batchSize,
    dropLast,
    numWorkers: workers?.count ?? 0,
    generator: seed,
    epoch: load,
    [Symbol.asyncIterator]: () => load(++epochs),
    async batch(epoch, number) {
      checkNumber("epoch", epoch);
      checkNumber("batch", number);
      if (!isMapDataset(dataset)) {
        throw new TypeError(
          "Cannot load a single batch: the dataset must have at(), got an iterable.",
        );
      }
      let passed = 0;
      for (const wanted of wantedOf(plan, resolved, epoch)) {
        if (++passed < number) continue;
        const fetched = await createFetcher(plan, epoch).fetch(wanted);
        if (!fetched.done) return fetched.batch;
      }
      throw new RangeError(
        `Cannot load batch ${number} of epoch ${epoch}: the epoch has ${passed} batches.`,
      );
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Returns true if samples are collated into batches. */
function isBatched({ batches, batchSize }: Resolved): boolean {
  return batches !== null || batchSize !== null;
}

/** Yields the samples of each batch of an epoch. */
function* wantedOf(plan: FetchPlan, resolved: Resolved, epoch: number): Iterable<Wanted> {
  const { batches, singles, batchSize } = resolved;
  if (!isMapDataset(plan.dataset)) { for (;;) yield batchSize ?? 1; }
  if (batches !== null) yield* orderOf(batches, epoch);
  else if (singles !== null) { for (const index of orderOf(singles, epoch)) yield [index]; }
}

function lengthIn({ dataset }: FetchPlan, { batches, singles, batchSize, dropLast }: Resolved) {
  if (isMapDataset(dataset)) return lengthOf(batches ?? singles ?? []);
  const { length } = dataset;
  if (length === undefined) {
    throw new TypeError(
      "Cannot tell the length: the dataset must have one, got an iterable without.",
    );
  }
  if (batchSize === null) return length;
  return dropLast ? Math.floor(length / batchSize) : Math.ceil(length / batchSize);
}

async function* loadHere(
  plan: FetchPlan,
  resolved: Resolved,
  epoch: number,
): AsyncGenerator<unknown, void> {
  const fetcher = createFetcher(plan, epoch);
  for (const wanted of wantedOf(plan, resolved, epoch)) {
    const fetched = await fetcher.fetch(wanted);
    if (fetched.done) return;
    yield fetched.batch;
  }
}

/** The workers of a loader, over all of its epochs. */
interface Threads {
  load(wanted: Iterable<Wanted>, epoch: number): AsyncGenerator<unknown, void>;
  close(): Promise<void>;
}

function createThreads(
  plan: FetchPlan,
  options: AllOptions,
  workers: Workers,
  seed: number,
): Threads {
  const counter = { next: 0 };
  let passes = 0;
  let kept: Pool | undefined;
  let busy = false;
  const start = async (epoch: number) =>
    startPool(await assignments(plan, options, workers, seed, epoch));
  const { prefetchFactor, inOrder, timeout, persistent } = workers;
  return {
    async *load(wanted, epoch) {
      if (persistent && busy) {
        throw new Error(
          "Cannot start an epoch: with persistentWorkers the one before must be over, got one that is not. " +
            "Take all of its batches, or leave its loop.",
        );
      }
      busy = true;
      let pool: Pool | undefined;
      let broken = false;
      try {
        pool = kept ?? await start(epoch);
        kept = persistent ? pool : undefined;
        pool.hold(true);
        const pass = { pass: ++passes, epoch, wanted, prefetchFactor, inOrder, timeout, counter };
        yield* loadWithPool(pool, pass, () => broken = true);
      } finally {
        busy = false;
        if (persistent && !broken) pool?.hold(false);
        else {
          kept = undefined;
          await pool?.stop();
        }
      }
    },
    async close() {
      const pool = kept;
      kept = undefined;
      await pool?.stop();
    },
  };
}

/** Sends each worker the names under which the worker module exports the dataset and functions. */
async function assignments(
  plan: FetchPlan,
  options: AllOptions,
  { count, module }: Workers,
  seed: number,
  epoch: number,
): Promise<readonly Assignment[]> {
  if (getWorkerInfo() !== null) {
    throw new Error(
      "Cannot start workers: they must be started by the main thread, got a worker of a DataLoader. Do not " +
        "iterate a DataLoader where workerModule is loaded.",
    );
  }
  const exports: { readonly [name: string]: unknown } = await import(module);
  const nameOf = (option: "dataset" | "collateFn" | "workerInitFn", value: unknown) => {
    const found = Object.keys(exports).find((name) => exports[name] === value);
    if (found !== undefined) return found;
    throw new RangeError(
      `Cannot load with ${count} workers: ${option} must be an export of workerModule (${module}), since ` +
        `it cannot cross threads, got one that is none. It exports: ${
          Object.keys(exports).join(", ")
        }.`,
    );
  };
  const { collateFn, workerInitFn } = options;
  const { batched, dropLast } = plan;
  const named = {
    module,
    dataset: nameOf("dataset", plan.dataset),
    ...(collateFn && { collateFn: nameOf("collateFn", collateFn) }),
    ...(workerInitFn && { workerInitFn: nameOf("workerInitFn", workerInitFn) }),
  };
  return Array.from({ length: count }, (_, id) => ({
    ...named,
    batched,
    dropLast,
    id,
    numWorkers: count,
    seed: streamKey(seed, "worker", epoch, id) & MAX_SEED,
  }));
}

function checkNumber(what: string, number: number): void {
  if (Number.isInteger(number) && number >= 1) return;
  throw new RangeError(
    `Cannot load ${what} ${number}: its number must be a whole one of at least 1.`,
  );
}
