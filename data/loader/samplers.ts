/**
 * PyTorch's samplers: the order in which a DataLoader visits a dataset. They are seeded: the order of an epoch
 * depends only on the seed and the epoch.
 */
import { epochOrder, MAX_SEED, newSeed, permutation, randomStream } from "../random.ts";

/** An order of known length, different in each epoch. Iterating it takes the epochs 1, 2, 3 ... in turn. */
export interface Sampler<T = number> extends Iterable<T> {
  readonly length: number;
  /** Returns the order of an epoch, from 1. */
  epoch(epoch: number): Iterable<T>;
}

/** Source of randomness of a random sampler. */
export interface Seedable {
  /** The seed, as torch.Generator().manual_seed(seed) in PyTorch. Default: random. */
  readonly generator?: number | undefined;
}

/** Anything with a length. */
interface Sized {
  readonly length: number;
}

/** Returns the sampler of the order 0, 1, 2 ... */
export function SequentialSampler(dataSource: Sized): Sampler {
  return sampler(() => dataSource.length, () => count(dataSource.length));
}

/**
 * Returns the sampler of all indices, shuffled. The order is epochOrder(seed, epoch, length), as in training
 * engines.
 *
 * @param options.replacement draws with replacement
 * @param options.numSamples number of indices to draw. Default: all
 * @throws {RangeError} as PyTorch does
 */
export function RandomSampler(
  dataSource: Sized,
  options: Seedable & { readonly replacement?: boolean; readonly numSamples?: number } = {},
): Sampler {
  const { replacement = false, numSamples } = options;
  const seed = seedOf(options);
  checkFlag("RandomSampler", "replacement", replacement);
  const wanted = () => numSamples ?? dataSource.length;
  checkCount("RandomSampler", wanted());
  return sampler(wanted, (epoch) => {
    const { length } = dataSource;
    if (replacement) {
      const stream = randomStream(seed, "sampler", epoch);
      return Int32Array.from({ length: wanted() }, () => stream.int(0, length - 1));
    }
    return wanted() === length
      ? epochOrder(seed, epoch, length)
      : rounds(seed, epoch, length, wanted());
  });
}

/** Returns the sampler of some indices, shuffled. */
export function SubsetRandomSampler(
  indices: ArrayLike<number>,
  options: Seedable = {},
): Sampler {
  const seed = seedOf(options);
  return sampler(() => indices.length, (epoch) => {
    const order = permutation(indices.length, randomStream(seed, "sampler", epoch));
    return order.map((at) => indices[at] ?? 0);
  });
}

/**
 * Returns the sampler of indices drawn with probabilities proportional to weights.
 *
 * @param weights at least 0, not necessarily summing to 1
 * @param options.replacement false: no index comes twice
 * @throws {RangeError} as PyTorch does
 */
export function WeightedRandomSampler(
  weights: ArrayLike<number>,
  numSamples: number,
  options: Seedable & { readonly replacement?: boolean } = {},
): Sampler {
  const { replacement = true } = options;
  const seed = seedOf(options);
  checkFlag("WeightedRandomSampler", "replacement", replacement);
  checkCount("WeightedRandomSampler", numSamples);
  const values = Float64Array.from(weights);
  const bad = values.find((weight) => !(weight >= 0 && Number.isFinite(weight)));
  if (bad !== undefined) {
    throw wrong("WeightedRandomSampler", "each weight", "a number of at least 0", bad);
  }
  const drawable = values.reduce((sum, weight) => sum + Math.sign(weight), 0);
  if (drawable === 0) {
    throw wrong("WeightedRandomSampler", "the sum of weights", "above 0", 0);
  }
  if (!replacement && numSamples > drawable) {
    throw wrong(
      "WeightedRandomSampler",
      "numSamples",
      `at most the number of weights above 0 (${drawable}) without replacement`,
      numSamples,
    );
  }
  return sampler(() => numSamples, (epoch) => {
    const stream = randomStream(seed, "sampler", epoch);
    const draw = () => stream.uniform(0, 1);
    return replacement
      ? drawWithReplacement(values, numSamples, draw)
      : drawWithoutReplacement(values, numSamples, draw);
  });
}

/**
 * Returns the sampler of batches of another sampler's indices.
 *
 * @param indices a sampler, or any iterable of indices
 * @throws {RangeError} as PyTorch does
 *
 * @example
 * ```ts
 * [...BatchSampler(SequentialSampler({ length: 5 }), { batchSize: 2, dropLast: false })]; // [0, 1], [2, 3], [4]
 * ```
 */
export function BatchSampler(
  indices: Sampler | Iterable<number>,
  options: { readonly batchSize: number; readonly dropLast: boolean },
): Sampler<readonly number[]> {
  const { batchSize, dropLast } = options;
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw wrong("BatchSampler", "batchSize", "a whole number of at least 1", batchSize);
  }
  checkFlag("BatchSampler", "dropLast", dropLast);
  const length = () => {
    const batches = lengthOf(indices) / batchSize;
    return dropLast ? Math.floor(batches) : Math.ceil(batches);
  };
  return sampler(length, (epoch) => batches(orderOf(indices, epoch), batchSize, dropLast));
}

/** Returns the items of a sampler or a plain iterable in an epoch. */
export function orderOf<T>(order: Sampler<T> | Iterable<T>, epoch: number): Iterable<T> {
  return "epoch" in order && typeof order.epoch === "function" ? order.epoch(epoch) : order;
}

/**
 * Returns the length of a sampler or a plain iterable.
 * @throws {TypeError} if it is unknown
 */
export function lengthOf(order: Iterable<unknown>): number {
  if ("length" in order && typeof order.length === "number") return order.length;
  if ("size" in order && typeof order.size === "number") return order.size;
  throw new TypeError(
    "Cannot tell the length: the sampler must have one, got an iterable without.",
  );
}

function sampler<T>(length: () => number, epoch: (epoch: number) => Iterable<T>): Sampler<T> {
  let passed = 0;
  return {
    get length() {
      return length();
    },
    epoch,
    [Symbol.iterator]: () => epoch(++passed)[Symbol.iterator](),
  };
}

function* count(length: number): Iterable<number> {
  for (let index = 0; index < length; index++) yield index;
}

function* batches(
  indices: Iterable<number>,
  batchSize: number,
  dropLast: boolean,
): Iterable<readonly number[]> {
  let batch: number[] = [];
  for (const index of indices) {
    batch.push(index);
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0 && !dropLast) yield batch;
}

/** Draws shuffled rounds until there are enough indices. */
function* rounds(seed: number, epoch: number, length: number, wanted: number): Iterable<number> {
  for (let round = 0, left = wanted; left > 0; round++, left -= length) {
    const order = round === 0
      ? epochOrder(seed, epoch, length)
      : permutation(length, randomStream(seed, "sampler", epoch, round));
    yield* order.subarray(0, Math.min(left, length));
  }
}

function drawWithReplacement(
  weights: Float64Array,
  wanted: number,
  draw: () => number,
): Int32Array {
  let sum = 0;
  const bounds = weights.map((weight) => sum += weight);
  return Int32Array.from({ length: wanted }, () => {
    const point = draw() * sum;
    // The first index whose bound lies above the point: never one of weight 0.
    let low = 0;
    let high = bounds.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((bounds[middle] ?? 0) > point) high = middle;
      else low = middle + 1;
    }
    return low;
  });
}

/** Efraimidis and Spirakis (2006): the largest log(u) / weight first. */
function drawWithoutReplacement(
  weights: Float64Array,
  wanted: number,
  draw: () => number,
): Int32Array {
  const keys = weights.map((weight) => {
    const key = Math.log(1 - draw()) / weight;
    return weight > 0 ? key : -Infinity;
  });
  const order = Int32Array.from(weights.keys());
  return order.sort((one, other) => compare(keys[other], keys[one]) || one - other)
    .subarray(0, wanted);
}

/** Difference without the NaN of -Infinity - -Infinity. */
function compare(one = 0, other = 0): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Returns the given seed, or a random one. */
function seedOf({ generator }: Seedable): number {
  if (generator === undefined) return newSeed();
  if (Number.isInteger(generator) && generator >= 0 && generator <= MAX_SEED) return generator;
  throw wrong("sampler", "generator", `a seed between 0 and ${MAX_SEED}`, generator);
}

function checkCount(what: string, numSamples: number): void {
  if (Number.isInteger(numSamples) && numSamples > 0) return;
  throw wrong(what, "numSamples", "a whole number of at least 1", numSamples);
}

function checkFlag(what: string, option: string, value: unknown): void {
  if (typeof value !== "boolean") throw wrong(what, option, "true or false", value);
}

function wrong(what: string, option: string, rule: string, value: unknown): RangeError {
  return new RangeError(`Cannot make a ${what}: ${option} must be ${rule}, got ${value}.`);
}
