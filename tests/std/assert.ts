/**
 * @std/assert over node:assert/strict: the functions that the tests use, with std's names and signatures.
 * deno.json maps `@std/assert` to this file, so that the tests need no registry but npm.
 */
import node from "node:assert/strict";

/** A failed assertion. */
export class AssertionError extends Error {
  override name = "AssertionError";
}

/** Asserts that a value is truthy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}

/** Asserts that a value is falsy. */
export function assertFalse(
  expr: unknown,
  msg = "",
): asserts expr is false | 0 | "" | null | undefined {
  if (expr) throw new AssertionError(msg);
}

/**
 * Asserts that two values are deeply equal. It also tells -0 from 0 and null prototypes from others, as
 * node:assert does and std does not.
 */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  compare("Values are not equal", msg, () => node.deepStrictEqual(actual, expected));
}

/** Asserts that two values are not deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  compare("Expected actual and expected to differ", msg, () => {
    node.notDeepStrictEqual(actual, expected);
  });
}

/** Asserts that two values are the same value or the same object. */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  compare("Values are not strictly equal", msg, () => node.strictEqual(actual, expected));
}

/** Asserts that two values are not the same value or the same object. */
export function assertNotStrictEquals<T>(actual: T, expected: T, msg?: string): void {
  compare('Expected "actual" to not be strictly equal to "expected"', msg, () => {
    node.notStrictEqual(actual, expected);
  });
}

/** Asserts that a value is neither null nor undefined. */
export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T> {
  if (actual === undefined || actual === null) {
    throw failure(`Expected actual: "${actual}" to not be null or undefined`, msg);
  }
}

/** Asserts that a value is an instance of a class. */
export function assertInstanceOf<T>(
  actual: unknown,
  // deno-lint-ignore no-explicit-any -- as in std: a class whatever its arguments
  expectedType: abstract new (...args: any[]) => T,
  msg?: string,
): asserts actual is T {
  if (!(actual instanceof expectedType)) {
    throw failure(`Expected object to be an instance of "${expectedType.name}"`, msg);
  }
}

/** Asserts that a pattern matches a text. */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  if (expected.exec(actual) === null) {
    throw failure(`Expected actual: "${actual}" to match: "${expected}"`, msg);
  }
}

/** Asserts that a pattern does not match a text. */
export function assertNotMatch(actual: string, expected: RegExp, msg?: string): void {
  if (expected.exec(actual) !== null) {
    throw failure(`Expected actual: "${actual}" to not match: "${expected}"`, msg);
  }
}

/** Asserts that a text contains another. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  if (!actual.includes(expected)) {
    throw failure(`Expected actual: "${actual}" to contain: "${expected}"`, msg);
  }
}

/** Asserts that one value is greater than another. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual > expected)) throw failure(`Expect ${actual} > ${expected}`, msg);
}

/** Asserts that one value is at least another. */
export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual >= expected)) throw failure(`Expect ${actual} >= ${expected}`, msg);
}

/** Asserts that one value is less than another. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual < expected)) throw failure(`Expect ${actual} < ${expected}`, msg);
}

/** Asserts that one value is at most another. */
export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual <= expected)) throw failure(`Expect ${actual} <= ${expected}`, msg);
}

/** Asserts that two numbers differ by no more than a tolerance. */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance?: number,
  msg?: string,
): void {
  const delta = Math.abs(expected - actual);
  const allowed = tolerance ?? (Number.isFinite(expected) ? Math.abs(expected * 1e-7) : 1e-7);
  if (Object.is(actual, expected) || delta <= allowed) return;
  throw failure(
    `Expected actual: "${actual}" to be close to "${expected}": ` +
      `delta "${delta}" is greater than "${allowed}"`,
    msg,
  );
}

/** Fails. */
export function fail(msg?: string): never {
  throw failure("Failed assertion", msg);
}

// deno-lint-ignore no-explicit-any -- as in std: a class whatever its arguments
type ErrorClass<E extends Error> = abstract new (...args: any[]) => E;

/** Asserts that a function throws, and returns what it threw. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows<E extends Error>(
  fn: () => unknown,
  classOrMsg?: ErrorClass<E> | string,
  msgIncludes?: string,
  msg?: string,
): unknown {
  const [expected, reason] = typeof classOrMsg === "string"
    ? [undefined, classOrMsg]
    : [classOrMsg, msg];
  let thrown: Caught | undefined;
  try {
    fn();
  } catch (error) {
    thrown = { error };
  }
  return caught(thrown, "Expected function to throw", { expected, msgIncludes, msg: reason });
}

/** Asserts that the promise of a function rejects, and returns the reason. */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects<E extends Error>(
  fn: () => PromiseLike<unknown>,
  classOrMsg?: ErrorClass<E> | string,
  msgIncludes?: string,
  msg?: string,
): Promise<unknown> {
  const [expected, reason] = typeof classOrMsg === "string"
    ? [undefined, classOrMsg]
    : [classOrMsg, msg];
  let promise: PromiseLike<unknown>;
  try {
    promise = fn();
  } catch {
    throw failure("Function throws when expected to reject", reason);
  }
  let thrown: Caught | undefined;
  try {
    await promise;
  } catch (error) {
    thrown = { error };
  }
  return caught(thrown, "Expected function to reject", { expected, msgIncludes, msg: reason });
}

/** A thrown value, boxed because undefined can be thrown too. */
interface Caught {
  readonly error: unknown;
}

function caught<E extends Error>(
  thrown: Caught | undefined,
  missing: string,
  { expected, msgIncludes, msg }: {
    readonly expected: ErrorClass<E> | undefined;
    readonly msgIncludes: string | undefined;
    readonly msg: string | undefined;
  },
): unknown {
  if (thrown === undefined) throw failure(missing, msg);
  const { error } = thrown;
  if (expected === undefined) return error;
  if (!(error instanceof Error)) throw failure("A non-Error object was thrown", msg);
  if (!(error instanceof expected)) {
    const actual = `${error.name}: ${error.message}`;
    throw failure(`Expected error to be instance of "${expected.name}", but was "${actual}"`, msg);
  }
  if (msgIncludes !== undefined && !error.message.includes(msgIncludes)) {
    throw failure(
      `Expected error message to include "${msgIncludes}", but got "${error.message}"`,
      msg,
    );
  }
  return error;
}

function compare(what: string, msg: string | undefined, comparison: () => void): void {
  try {
    comparison();
  } catch (error) {
    if (!(error instanceof node.AssertionError)) throw error;
    const difference = error.message.slice(error.message.indexOf("\n"));
    throw new AssertionError(`${failure(what, msg).message}\n${difference}`);
  }
}

function failure(what: string, msg: string | undefined): AssertionError {
  return new AssertionError(msg ? `${what}: ${msg}` : `${what}.`);
}
