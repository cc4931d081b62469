/** Properties of fast-check that hold for all values. */
import fc from "fast-check";

/** An arbitrary for each of some values. */
type Arbitraries<Values extends unknown[]> = { [At in keyof Values]: fc.Arbitrary<Values[At]> };

/** Asserts that a function accepts any values: it neither throws nor returns false. */
export function forAll<Values extends [unknown, ...unknown[]]>(
  arbitraries: readonly [...Arbitraries<Values>],
  accepts: (...values: Values) => boolean | void,
  options: fc.Parameters<Values> = {},
): void {
  fc.assert(fc.property<Values>(...arbitraries as [...Arbitraries<Values>], accepts), options);
}

/** Asserts that a function that returns a promise accepts any values. */
export async function forAllAsync<Values extends [unknown, ...unknown[]]>(
  arbitraries: readonly [...Arbitraries<Values>],
  accepts: (...values: Values) => Promise<boolean | void>,
  options: fc.Parameters<Values> = {},
): Promise<void> {
  await fc.assert(
    fc.asyncProperty<Values>(...arbitraries as [...Arbitraries<Values>], accepts),
    options,
  );
}
