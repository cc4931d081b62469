/**
 * PyTorch's samplers: the order in which a DataLoader visits a dataset. They are seeded: the order of an epoch
 * depends only on the seed and the epoch.
 */
import { drawWithoutReplacement, drawWithReplacement } from "./weighted_draws.ts";
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
  return sampler(() => dataSource.length, () => {
    mustBeCount("SequentialSampler", dataSource.length, 0);
    return count(dataSource.length);
  });
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
  const drawn = () => numSamples ?? dataSource.length;
  // The source may change until an epoch begins.
  const check = () => {
    checkCount("RandomSampler", drawn());
    if (numSamples !== undefined) mustBeCount("RandomSampler", dataSource.length, 1);
  };
  check();
  return sampler(drawn, (epoch) => {
    check();
    const { length } = dataSource;
    const wanted = drawn();
    if (replacement) {
      const stream = randomStream(seed, "sampler", epoch);
      return Array.from({ length: wanted }, () => stream.int(0, length - 1));
    }
    return wanted === length
      ? epochOrder(seed, epoch, length)
      : rounds(seed, epoch, length, wanted);
  });
}

/**
 * Returns the sampler of some indices, shuffled. They are given as they are: the dataset checks them.
 *
 * @throws {TypeError} if they are no list, such as a generator or a Set, which would be empty epochs
 */
export function SubsetRandomSampler(
  indices: ArrayLike<number>,
  options: Seedable = {},
): Sampler {
  const seed = seedOf(options);
  if (!Number.isInteger(indices.length)) {
    throw new TypeError(
      "Cannot make a SubsetRandomSampler: indices must be an array, got something without a length.",
    );
  }
  return sampler(() => indices.length, (epoch) => {
    const order = permutation(indices.length, randomStream(seed, "sampler", epoch));
    return Array.from(order, (at) => indices[at] as number);
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
  const drawable = values.reduce((count, weight) => count + Math.sign(weight), 0);
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
  const draw = replacement ? drawWithReplacement(values) : drawWithoutReplacement(values);
  return sampler(() => numSamples, (epoch) => {
    return draw(numSamples, randomStream(seed, "sampler", epoch));
  });
}

/**
 * Returns the sampler of batches of another sampler's indices.
 *
 * @param indices a sampler, or an iterable of indices that can be iterated again and again
 * @throws {RangeError} as PyTorch does
 * @throws {TypeError} if the indices can be iterated only once
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
  mustRepeat("BatchSampler", "sampler", indices);
  const length = () => {
    const batches = lengthOf(indices) / batchSize;
    return dropLast ? Math.floor(batches) : Math.ceil(batches);
  };
  return sampler(length, (epoch) => batches(orderOf(indices, epoch), batchSize, dropLast));
}

/**
 * Returns the items of a sampler or a plain iterable in an epoch.
 * @throws {TypeError} while it is iterated, if it gives the iterator of an earlier epoch, which has nothing left
 */
export function orderOf<T>(order: Sampler<T> | Iterable<T>, epoch: number): Iterable<T> {
  return "epoch" in order && typeof order.epoch === "function" ? order.epoch(epoch) : anew(order);
}

/** The iterators that were taken of plain iterables. Arrays and the like always make new ones. */
const taken = new WeakSet<Iterator<unknown>>();

function* anew<T>(order: Iterable<T>): Iterable<T> {
  const iterator = order[Symbol.iterator]();
  if (taken.has(iterator)) {
    throw new TypeError(
      "Cannot iterate a sampler: it must be iterable more than once, such as an array, got the iterator of an " +
        "earlier epoch, which is at its end.",
    );
  }
  taken.add(iterator);
  yield* { [Symbol.iterator]: () => iterator };
}

/**
 * Checks that an order can be iterated in each epoch. A generator cannot: its second epoch would be empty.
 *
 * @param what the object to make, for the message
 * @throws {TypeError} if it can be iterated only once, or not at all
 */
export function mustRepeat(
  what: string,
  option: string,
  order: Sampler<unknown> | Iterable<unknown>,
): void {
  if ("epoch" in order && typeof order.epoch === "function") return;
  const wrong = typeof order[Symbol.iterator] !== "function"
    ? "something that is not iterable"
    // An iterator alone has next(): others are not begun here, since that may draw numbers.
    : "next" in order && order[Symbol.iterator]() === order
    ? "an iterator, whose second epoch would be empty"
    : undefined;
  if (wrong === undefined) return;
  throw new TypeError(
    `Cannot make a ${what}: ${option} must be iterable more than once, such as an array, got ${wrong}.`,
  );
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

/** Checks the length of a source, which may have changed since the sampler was made. */
function mustBeCount(what: string, length: number, min: number): void {
  if (Number.isInteger(length) && length >= min) return;
  throw wrong(what, "the source's length", `a whole number of at least ${min}`, length);
}

function checkFlag(what: string, option: string, value: unknown): void {
  if (typeof value !== "boolean") throw wrong(what, option, "true or false", value);
}

function wrong(what: string, option: string, rule: string, value: unknown): RangeError {
  return new RangeError(`Cannot make a ${what}: ${option} must be ${rule}, got ${value}.`);
}
