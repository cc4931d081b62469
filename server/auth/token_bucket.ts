/**
 * Token buckets, a rate limit that allows bursts: each action takes a token from its client's bucket, which is refilled
 * at a steady rate.
 */

/** Buckets of all clients. */
export interface TokenBuckets {
  /**
   * Takes tokens from a client's bucket, all or none.
   *
   * @returns 0 if they were taken; otherwise seconds until there are enough, Infinity if `count` exceeds the capacity
   */
  take(client: string, count: number): number;
}

interface Bucket {
  readonly level: number;
  readonly at: number;
}

/** Number of buckets above which full ones, which hold no information, are dropped. */
const SWEEP_SIZE = 1000;

/**
 * Creates full buckets.
 *
 * @param capacity tokens that a bucket holds
 * @param perSecond rate of its refill
 * @param now returns seconds of a monotonic clock
 */
export function createTokenBuckets(
  capacity: number,
  perSecond: number,
  now: () => number = () => performance.now() / 1000,
): TokenBuckets {
  const buckets = new Map<string, Bucket>();
  let sweepAt = SWEEP_SIZE;
  const levelOf = ({ level, at }: Bucket, time: number) =>
    Math.min(capacity, level + (time - at) * perSecond);

  return {
    take(client, count) {
      const time = now();
      const level = levelOf(buckets.get(client) ?? { level: capacity, at: time }, time);
      if (buckets.size > sweepAt) {
        for (const [key, bucket] of buckets) {
          if (levelOf(bucket, time) === capacity) buckets.delete(key);
        }
        sweepAt = Math.max(SWEEP_SIZE, 2 * buckets.size);
      }
      if (count > capacity) return Infinity;
      if (level < count) return (count - level) / perSecond;
      buckets.set(client, { level: level - count, at: time });
      return 0;
    },
  };
}
