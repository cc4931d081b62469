/**
 * How often each client may do something: its bucket holds so many tokens, each act takes one, and they come back at a
 * steady rate. A client may so do many things at once, or few all the time.
 */

/** The buckets of all clients. */
export interface TokenBuckets {
  /**
   * Takes tokens out of a client's bucket, all or none.
   *
   * @returns seconds until there will be enough; 0 if they were there and were taken. Infinity if it never holds so many
   */
  take(client: string, count: number): number;
}

interface Bucket {
  readonly level: number;
  readonly at: number;
}

/** With more buckets than this, full ones, which say nothing, are thrown away. */
const MANY = 1000;

/**
 * Starts with full buckets.
 *
 * @param capacity how many a bucket holds
 * @param perSecond how many come back
 * @param now seconds by a clock that never goes back
 */
export function createTokenBuckets(
  capacity: number,
  perSecond: number,
  now: () => number = () => performance.now() / 1000,
): TokenBuckets {
  const buckets = new Map<string, Bucket>();
  let sweepAt = MANY;
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
        sweepAt = Math.max(MANY, 2 * buckets.size);
      }
      if (count > capacity) return Infinity;
      if (level < count) return (count - level) / perSecond;
      buckets.set(client, { level: level - count, at: time });
      return 0;
    },
  };
}
