/**
 * Seeded random streams. Every use of randomness (initial weights, order of samples, dropout) has a stream of its
 * own, named by the run's seed, a purpose and counters such as the epoch. Streams do not depend on what was drawn
 * before, so that a resumed run needs no stored random state.
 *
 * The generator is pure-rand's MT19937, which PyTorch uses on the CPU. The numbers differ from PyTorch's.
 */
import { mersenne } from "pure-rand/generator/mersenne";
import { uniformInt } from "pure-rand/distribution/uniformInt";

/** Purpose of a random stream. Two purposes never share numbers. */
export type Purpose =
  | "init"
  | "shuffle"
  | "validation"
  | "dropout"
  | "sampler"
  | "transform"
  | "worker"
  | "augmentation"
  | "import";

/** A stream of random numbers. Drawing changes the stream. */
export interface RandomStream {
  /** An integer in [low, high], both ends included. */
  int(low: number, high: number): number;
  /** A number in [low, high), of 24 random bits: exact in float32. */
  uniform(low: number, high: number): number;
}

/** Maximum seed: seeds are non-negative values of GraphQL's Int. */
export const MAX_SEED = 0x7fff_ffff;

/** Draws a random seed. */
export function newSeed(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) & MAX_SEED;
}

/**
 * Derives a 32-bit key from a seed, a purpose and counters (FNV-1a over their bytes, then MurmurHash3's
 * finaliser so that neighbouring counters give unrelated keys).
 */
export function streamKey(seed: number, purpose: Purpose, ...counters: readonly number[]): number {
  let hash = 0x811c9dc5;
  const mix = (byte: number) => hash = Math.imul(hash ^ byte, 0x01000193);
  for (const character of purpose) mix(character.charCodeAt(0));
  for (const word of [seed, ...counters]) {
    for (let shift = 0; shift < 32; shift += 8) mix((word >>> shift) & 0xff);
  }
  return finalize(hash);
}

/** Mixes the bits of a word (MurmurHash3's finaliser). */
function finalize(word: number): number {
  let hash = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * Opens the stream of a purpose.
 *
 * @example
 * ```ts
 * const first = randomStream(1, "shuffle", 3); // the order of epoch 3
 * first.int(0, 9);
 * ```
 */
export function randomStream(
  seed: number,
  purpose: Purpose,
  ...counters: readonly number[]
): RandomStream {
  const generator = mersenne(streamKey(seed, purpose, ...counters) | 0);
  return {
    int: (low, high) => uniformInt(generator, low, high),
    uniform: (low, high) => low + (high - low) * ((generator.next() >>> 8) / 0x1000000),
  };
}

/** Step between the counters of a hash stream: 2^32 divided by the golden ratio, odd. */
const HASH_STEP = 0x9e3779b9;

/**
 * Opens a stream of a purpose that costs next to nothing to open, for a few numbers each of very many streams. Number n
 * is a hash of the stream's key and n.
 */
export function hashStream(
  seed: number,
  purpose: Purpose,
  ...counters: readonly number[]
): RandomStream {
  let counter = streamKey(seed, purpose, ...counters);
  // 24 bits: exact in float32.
  const next = () => {
    counter = (counter + HASH_STEP) | 0;
    return (finalize(counter) >>> 8) / 0x1000000;
  };
  return {
    int: (low, high) => low + Math.floor(next() * (high - low + 1)),
    uniform: (low, high) => low + (high - low) * next(),
  };
}

/**
 * Returns `count` indices in random order (Fisher-Yates). Training engines and the DataLoader use it for shuffled
 * datasets.
 */
export function permutation(count: number, stream: RandomStream): Int32Array {
  const order = Int32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = stream.int(0, last);
    const moved = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = moved;
  }
  return order;
}

/** Returns the order in which epoch `epoch` (from 1) of a run with `seed` visits `count` training samples. */
export function epochOrder(seed: number, epoch: number, count: number): Int32Array {
  return permutation(count, randomStream(seed, "shuffle", epoch));
}
