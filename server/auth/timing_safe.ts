/** Comparing secrets. */
import { createHash, timingSafeEqual } from "node:crypto";

/**
 * The one whose secret was given, found in a time that tells nothing of where secrets differ, nor which one it is: all
 * are looked at, whatever matches.
 *
 * @param secretOf what is compared with what was given
 */
export function findBySecret<T>(
  given: string,
  among: readonly T[],
  secretOf: (one: T) => string,
): T | undefined {
  const digest = digestOf(given);
  let found: T | undefined;
  for (const one of among) {
    if (timingSafeEqual(digest, digestOf(secretOf(one)))) found = one;
  }
  return found;
}

function digestOf(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
