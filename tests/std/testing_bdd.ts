/**
 * `@std/testing/bdd` over node:test: the functions that the tests use, with std's names and signatures.
 * deno.json maps `@std/testing/bdd` to this file, so that the tests need no registry but npm.
 */
import {
  after as nodeAfter,
  afterEach as nodeAfterEach,
  before as nodeBefore,
  beforeEach as nodeBeforeEach,
  describe as nodeDescribe,
  it as nodeIt,
} from "node:test";

/** Longest time for a test or a hook: a hang fails it by name instead of blocking the whole suite. */
const LIMIT_MS = 15 * 60_000;

type Run = () => void | Promise<void>;

/** Options of a suite or a test. */
interface Options {
  readonly ignore?: boolean;
  readonly only?: boolean;
}

type Args = [name: string, fn: Run] | [name: string, options: Options, fn: Run];

/** Declares a suite of tests. */
export function describe(...args: Args): void {
  const { name, options, fn } = definition(args);
  nodeDescribe(name, options, () => void fn());
}

/** Declares a suite that is not run. */
describe.ignore = describe.skip = (...args: Args): void => {
  const { name, fn } = definition(args);
  describe(name, { ignore: true }, fn);
};

/** Declares a suite and leaves the others out. */
describe.only = (...args: Args): void => {
  const { name, fn } = definition(args);
  describe(name, { only: true }, fn);
};

/** Declares a test. */
export function it(...args: Args): void {
  const { name, options, fn } = definition(args);
  nodeIt(name, options, () => limit(`'${name}'`, fn));
}

/** Declares a test that is not run. */
it.ignore = it.skip = (...args: Args): void => {
  const { name, fn } = definition(args);
  it(name, { ignore: true }, fn);
};

/** Declares a test and leaves the others out. */
it.only = (...args: Args): void => {
  const { name, fn } = definition(args);
  it(name, { only: true }, fn);
};

/** Runs a function before the tests of a suite. */
export function beforeAll(fn: Run): void {
  nodeBefore(() => limit("beforeAll()", fn));
}

/** Runs a function after the tests of a suite. */
export function afterAll(fn: Run): void {
  nodeAfter(() => limit("afterAll()", fn));
}

/** Runs a function before each test of a suite. */
export function beforeEach(fn: Run): void {
  nodeBeforeEach(() => limit("beforeEach()", fn));
}

/** Runs a function after each test of a suite. */
export function afterEach(fn: Run): void {
  nodeAfterEach(() => limit("afterEach()", fn));
}

/** An alias of {@linkcode beforeAll}. */
export const before = beforeAll;

/** An alias of {@linkcode afterAll}. */
export const after = afterAll;

/**
 * Runs a test or a hook.
 *
 * @throws an error that names it if it has not ended within the limit
 */
async function limit(name: string, fn: Run): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const error = new Error(`${name} must end within ${LIMIT_MS / 60_000} minutes.`);
  const timer = setTimeout(() => reject(error), LIMIT_MS);
  try {
    await Promise.race([fn(), promise]);
  } finally {
    clearTimeout(timer);
  }
}

function definition(args: Args) {
  const [name, second, third] = args;
  const [options, fn] = typeof second === "function" ? [{}, second] : [second, third];
  if (fn === undefined) throw new TypeError(`Cannot declare '${name}': it must have a function.`);
  const { ignore = false, only = false } = options;
  return { name, options: { skip: ignore, only }, fn };
}
