/** Assertions on errors, beside those of std. */
import { assertEquals, assertMatch, assertRejects, assertThrows, fail } from "@std/assert";

/** Properties that an error must have; a pattern is matched against the property's text. */
export type ErrorProperties = Readonly<Record<string, unknown>>;

/** Asserts that an error has properties, is matched by a pattern as text, or is accepted by a function. */
export function assertErrorMatch(
  error: unknown,
  expected: ErrorProperties | RegExp | ((error: Error) => boolean),
): void {
  if (!(error instanceof Error)) fail(`expected an Error, got ${error}`);
  if (expected instanceof RegExp) return assertMatch(String(error), expected);
  if (typeof expected === "function") {
    if (!expected(error)) fail(`unexpected ${error}`);
    return;
  }
  for (const [name, value] of Object.entries(expected)) {
    const actual: unknown = Reflect.get(error, name);
    if (value instanceof RegExp) assertMatch(String(actual), value, name);
    else assertEquals(actual, value, name);
  }
}

/** Asserts that a function throws an error as {@linkcode assertErrorMatch} expects it. */
export function assertThrowsMatch(
  fn: () => unknown,
  expected: Parameters<typeof assertErrorMatch>[1],
): void {
  assertErrorMatch(assertThrows(fn), expected);
}

/**
 * Asserts that a promise, or the one that a function returns, is rejected with an error as
 * {@linkcode assertErrorMatch} expects it.
 */
export async function assertFails(
  work: Promise<unknown> | (() => Promise<unknown>),
  expected: Parameters<typeof assertErrorMatch>[1],
): Promise<void> {
  assertErrorMatch(await assertRejects(typeof work === "function" ? work : () => work), expected);
}
