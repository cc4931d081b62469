/**
 * Options of a DataLoader, with the rules of torch.utils.data.DataLoader. Options without effect are errors here;
 * PyTorch ignores them.
 */
import { type AnyDataset, isMapDataset } from "./fetcher.ts";
import { MAX_SEED, newSeed } from "../random.ts";
import {
  BatchSampler,
  mustRepeat,
  RandomSampler,
  type Sampler,
  type Seedable,
  SequentialSampler,
} from "./samplers.ts";

/** Options of DataLoader() besides batchSize and collateFn, which determine the type of a batch. */
export interface LoaderOptions extends Seedable {
  /** Visits the samples in a different order each epoch. Default: false. */
  readonly shuffle?: boolean;
  /** The order of the samples; excludes shuffle. */
  readonly sampler?: Sampler | Iterable<number>;
  /** The batches of indices; excludes batchSize, shuffle, sampler and dropLast. */
  readonly batchSampler?: Sampler<readonly number[]> | Iterable<readonly number[]>;
  /** Number of worker threads; 0 loads in this thread. Default: 0. */
  readonly numWorkers?: number;
  /** Page-locked memory is not supported: true is an error. */
  readonly pinMemory?: boolean;
  /** Drops an incomplete last batch. Default: false. */
  readonly dropLast?: boolean;
  /** Maximum wait for a worker, in seconds; 0 waits indefinitely. Default: 0. */
  readonly timeout?: number;
  /** Called once in each worker before it loads anything. Must be an export of workerModule. */
  readonly workerInitFn?: (workerId: number) => void | Promise<void>;
  /** Number of batches that each worker loads ahead. Default with workers: 2. */
  readonly prefetchFactor?: number;
  /** Keeps the workers between epochs, until close(). Default: false. */
  readonly persistentWorkers?: boolean;
  /** Yields batches in order; false yields them as they are ready. Default: true. */
  readonly inOrder?: boolean;
  /**
   * The module that workers import, as an absolute address (import.meta.resolve("./mine.ts")). It must export the
   * dataset, and collateFn and workerInitFn where they are given: functions cannot cross threads.
   */
  readonly workerModule?: string | URL;
}

/** All options of a caller. */
export interface AllOptions extends LoaderOptions {
  readonly batchSize?: number | null;
  readonly collateFn?: ((samples: never) => unknown) | undefined;
}

/** Checked options with defaults filled in. */
export interface Resolved {
  readonly seed: number;
  /** null with a batchSampler or without batches. */
  readonly batchSize: number | null;
  readonly dropLast: boolean;
  /** Indices of each task, by epoch; null for an iterable-style dataset. */
  readonly batches: Sampler<readonly number[]> | Iterable<readonly number[]> | null;
  /** Order of single samples without batches. */
  readonly singles: Sampler | Iterable<number> | null;
  /** undefined loads in this thread. */
  readonly workers: Workers | undefined;
}

/** Settings of the worker threads. */
export interface Workers {
  readonly count: number;
  readonly module: string;
  readonly timeout: number;
  readonly prefetchFactor: number;
  readonly persistent: boolean;
  readonly inOrder: boolean;
}

const OPTIONS: { readonly [option in keyof Required<AllOptions>]: true } = {
  batchSize: true,
  shuffle: true,
  sampler: true,
  batchSampler: true,
  numWorkers: true,
  collateFn: true,
  pinMemory: true,
  dropLast: true,
  timeout: true,
  workerInitFn: true,
  generator: true,
  prefetchFactor: true,
  persistentWorkers: true,
  inOrder: true,
  workerModule: true,
};

/** Options of PyTorch that are not supported. */
const NOT_HERE: { readonly [option: string]: string } = {
  multiprocessingContext: "workers are threads, which start in one way only",
  pinMemoryDevice: "batches are JavaScript arrays, which no device reads by itself",
};

/** Options of workers, with the values that have no effect. */
const WORKERS_ONLY = {
  prefetchFactor: undefined,
  timeout: 0,
  workerInitFn: undefined,
  persistentWorkers: false,
  inOrder: true,
  workerModule: undefined,
} as const;

/**
 * Checks options and fills in defaults.
 *
 * @throws {TypeError} if the dataset is not a dataset or an option is unknown
 * @throws {RangeError} if a value is not allowed or two options exclude each other
 */
export function resolveOptions(dataset: AnyDataset, options: AllOptions): Resolved {
  checkNames(options);
  const seed = seedOf(options);
  const workers = workersOf(options);
  if (options.pinMemory === true) {
    throw refused(
      "pinMemory must be false: batches are JavaScript arrays, not page-locked memory, and the training " +
        "engines keep the dataset on the device, so that no batch is copied there",
    );
  }
  checkKind(dataset, options);
  const { shuffle = false, sampler, batchSampler, dropLast = false } = options;
  const { batchSize = 1 } = options;
  if (sampler !== undefined && shuffle) {
    throw refused("sampler must not be given together with shuffle");
  }
  if (sampler !== undefined) mustRepeat("DataLoader", "sampler", sampler);
  if (batchSampler !== undefined) {
    mustRepeat("DataLoader", "batchSampler", batchSampler);
    if (batchSize !== 1 || shuffle || sampler !== undefined || dropLast) {
      throw refused(
        "batchSampler must not be given together with batchSize, shuffle, sampler or dropLast",
      );
    }
    return {
      seed,
      batchSize: null,
      dropLast: false,
      batches: batchSampler,
      singles: null,
      workers,
    };
  }
  if (batchSize === null && dropLast) {
    throw refused("dropLast must not be given with batchSize null, which puts nothing in batches");
  }
  if (batchSize !== null) integer("batchSize", batchSize, 1);
  if (!isMapDataset(dataset)) {
    return { seed, batchSize, dropLast, batches: null, singles: null, workers };
  }
  const order = sampler ??
    (shuffle ? RandomSampler(dataset, { generator: seed }) : SequentialSampler(dataset));
  return batchSize === null
    ? { seed, batchSize, dropLast, batches: null, singles: order, workers }
    : {
      seed,
      batchSize,
      dropLast,
      batches: BatchSampler(order, { batchSize, dropLast }),
      singles: null,
      workers,
    };
}

/** Returns the options that are not undefined. */
function checkNames(options: AllOptions): void {
  for (const name of Object.keys(options)) {
    if (name in OPTIONS) continue;
    const camel = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const reason = NOT_HERE[camel];
    if (reason !== undefined) throw refused(`${camel} must be left out: ${reason}`);
    const hint = camel in OPTIONS ? ` Here it is called ${camel}.` : "";
    throw new TypeError(
      `Cannot make a DataLoader: options must be among ${Object.keys(OPTIONS).join(", ")}, ` +
        `got ${name}.${hint}`,
    );
  }
}

function checkKind(dataset: AnyDataset, options: AllOptions): void {
  if (typeof dataset !== "object" || dataset === null) {
    throw new TypeError(
      `Cannot make a DataLoader: dataset must be an object, got ${String(dataset)}. ` +
        "Is an await missing before it?",
    );
  }
  if (isMapDataset(dataset)) {
    if (Number.isInteger(dataset.length) && dataset.length >= 0) return;
    throw new TypeError(
      `Cannot make a DataLoader: dataset.length must be a whole number, got ${dataset.length}.`,
    );
  }
  if (!(Symbol.asyncIterator in dataset) && !(Symbol.iterator in dataset)) {
    const promise = dataset as unknown instanceof Promise ? ", got a promise: await it" : "";
    throw new TypeError(
      `Cannot make a DataLoader: dataset must have at() and length, or be iterable${promise}.`,
    );
  }
  if ("next" in dataset && typeof dataset.next === "function") {
    throw new TypeError(
      "Cannot make a DataLoader: dataset must be iterable more than once, got an iterator, whose second epoch " +
        "would be empty. Give an object whose [Symbol.asyncIterator]() starts anew.",
    );
  }
  for (const option of ["shuffle", "sampler", "batchSampler"] as const) {
    if (options[option] === undefined || options[option] === false) continue;
    throw refused(`${option} must be left out for an iterable dataset, which has its own order`);
  }
}

function workersOf(options: AllOptions): Workers | undefined {
  const { numWorkers: count = 0, timeout = 0, prefetchFactor = 2 } = options;
  integer("numWorkers", count, 0);
  if (!(timeout >= 0 && Number.isFinite(timeout))) {
    throw wrong("timeout", "a number of seconds of at least 0", timeout);
  }
  if (count === 0) {
    for (const [option, silent] of Object.entries(WORKERS_ONLY)) {
      const value = options[option as keyof typeof WORKERS_ONLY];
      if (value === undefined || value === silent) continue;
      throw refused(`${option} must be left out unless numWorkers is above 0`);
    }
    return undefined;
  }
  integer("prefetchFactor", prefetchFactor, 1);
  const { workerModule: module, persistentWorkers = false, inOrder = true } = options;
  if (module === undefined) {
    throw refused(
      "workerModule must be given with numWorkers above 0: the address of a module that exports the dataset, " +
        'such as import.meta.resolve("../dataset.ts"), since functions cannot cross threads',
    );
  }
  if (!URL.canParse(String(module))) {
    throw wrong(
      "workerModule",
      'an absolute address, such as import.meta.resolve("./mine.ts")',
      module,
    );
  }
  return {
    count,
    module: String(module),
    timeout,
    prefetchFactor,
    persistent: persistentWorkers,
    inOrder,
  };
}

function seedOf({ generator }: AllOptions): number {
  if (generator === undefined) return newSeed();
  if (Number.isInteger(generator) && generator >= 0 && generator <= MAX_SEED) return generator;
  throw wrong("generator", `a seed, a whole number between 0 and ${MAX_SEED}`, generator);
}

function integer(option: keyof AllOptions, value: number, min: number): void {
  if (Number.isInteger(value) && value >= min) return;
  throw wrong(option, `a whole number of at least ${min}`, value);
}

function wrong(option: keyof AllOptions, rule: string, value: unknown): RangeError {
  return refused(`${option} must be ${rule}, got ${value}`);
}

function refused(rule: string): RangeError {
  return new RangeError(`Cannot make a DataLoader: ${rule}.`);
}
