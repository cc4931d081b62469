/** Comparison of secrets in constant time. */
import { createHash, timingSafeEqual } from "node:crypto";

/**
 * Returns the candidate whose secret was given. The time reveals neither where secrets differ nor which one matches:
 * all candidates are compared.
 *
 * @param secretOf returns the secret of a candidate
 */
export function findBySecret<T>(
  given: string,
  candidates: readonly T[],
  secretOf: (candidate: T) => string,
): T | undefined {
  const digest = digestOf(given);
  let found: T | undefined;
  for (const candidate of candidates) {
    if (timingSafeEqual(digest, digestOf(secretOf(candidate)))) found = candidate;
  }
  return found;
}

function digestOf(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
