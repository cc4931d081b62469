/** The adapters under the names of `@std/assert` and `@std/testing/bdd`: nothing that std does not export. */
import * as adapter from "@std/assert";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertExists,
  assertFalse,
  assertGreater,
  assertInstanceOf,
  AssertionError,
  assertLess,
  assertMatch,
  assertNotEquals,
  assertNotMatch,
  assertNotStrictEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
  fail,
} from "@std/assert";
import * as bdd from "@std/testing/bdd";
import { describe, it } from "@std/testing/bdd";

/** Names that `@std/assert` 1.0 exports. */
const ASSERT_NAMES = [
  "assert",
  "assertAlmostEquals",
  "assertArrayIncludes",
  "assertEquals",
  "assertExists",
  "assertFalse",
  "assertGreater",
  "assertGreaterOrEqual",
  "assertInstanceOf",
  "assertIsError",
  "assertLess",
  "assertLessOrEqual",
  "assertMatch",
  "assertNever",
  "assertNotEquals",
  "assertNotInstanceOf",
  "assertNotMatch",
  "assertNotStrictEquals",
  "assertObjectMatch",
  "assertRejects",
  "assertStrictEquals",
  "assertStringIncludes",
  "assertThrows",
  "AssertionError",
  "equal",
  "fail",
  "unimplemented",
  "unreachable",
];

/** Names that `@std/testing/bdd` 1.0 exports. */
const BDD_NAMES = [
  "after",
  "afterAll",
  "afterEach",
  "before",
  "beforeAll",
  "beforeEach",
  "describe",
  "it",
  "test",
];

/** Assertions that must fail, by the message that std gives them. */
const FAILING: readonly (readonly [message: RegExp, assertion: () => void])[] = [
  [/^$/, () => assert(0)],
  [/^why$/, () => assertFalse(1, "why")],
  [/^Values are not equal\.\n/, () => assertEquals({ a: [1] }, { a: [2] })],
  [/^Values are not equal: why\n/, () => assertEquals(1, 2, "why")],
  [/^Values are not strictly equal\.\n/, () => assertStrictEquals({}, {})],
  [/^Expected actual and expected to differ/, () => assertNotEquals([1], [1])],
  [/^Expected "actual" to not be strictly equal/, () => assertNotStrictEquals(1, 1)],
  [/^Expected actual: "null" to not be null or undefined\.$/, () => assertExists(null)],
  [/^Expected object to be an instance of "Date"/, () => assertInstanceOf({}, Date)],
  [/^Expected actual: "a" to match: "\/b\/"\.$/, () => assertMatch("a", /b/)],
  [/^Expected actual: "a" to not match: "\/a\/"\.$/, () => assertNotMatch("a", /a/)],
  [/^Expected actual: "a" to contain: "b"\.$/, () => assertStringIncludes("a", "b")],
  [/^Expect 1 > 1\.$/, () => assertGreater(1, 1)],
  [/^Expect 1 < 1\.$/, () => assertLess(1, 1)],
  [/^Expected actual: "1" to be close to "2"/, () => assertAlmostEquals(1, 2, 0.5)],
  [/^Failed assertion: why$/, () => fail("why")],
  [/^Expected function to throw\.$/, () => assertThrows(() => 1)],
  [/^Expected error to be instance of "TypeError", but was/, () => {
    assertThrows(() => fail("why"), TypeError);
  }],
  [/^A non-Error object was thrown\.$/, () => {
    assertThrows(() => {
      // deno-lint-ignore no-throw-literal -- anything can be thrown, and the adapter must cope with it.
      throw null;
    }, Error);
  }],
  [/^Expected error message to include "b", but got "Failed assertion: a"\.$/, () => {
    assertThrows(() => fail("a"), AssertionError, "b");
  }],
];

/** Returns the message of the assertion's failure, without the functions under test. */
function failureOf(assertion: () => void): string {
  try {
    assertion();
  } catch (error) {
    if (error instanceof AssertionError) return error.message;
    throw error;
  }
  throw new Error("the assertion holds");
}

describe("the adapter of @std/assert", () => {
  it("exports names of std only", () => {
    const foreign = Object.keys(adapter).filter((name) => !ASSERT_NAMES.includes(name));
    if (foreign.length > 0) throw new Error(`not in std: ${foreign.join(", ")}`);
  });

  for (const [message, assertion] of FAILING) {
    it(`fails with ${message}`, () => {
      const actual = failureOf(assertion);
      if (!message.test(actual)) throw new Error(`the message is ${actual}`);
    });
  }

  it("returns what was thrown", async () => {
    const error = new RangeError("out of range");
    const thrown = assertThrows(
      () => {
        throw error;
      },
      RangeError,
      "of",
    );
    const reason = await assertRejects(() => Promise.reject(error), RangeError);
    if (thrown !== error || reason !== error) throw new Error("another error");
  });

  it("fails where a promise is fulfilled, and where a function throws instead", async () => {
    const fulfilled = await assertRejects(() => assertRejects(() => Promise.resolve(1)));
    assertMatch(String(fulfilled), /^AssertionError: Expected function to reject\.$/);
    const threw = await assertRejects(() =>
      assertRejects(() => {
        throw new Error("at once");
      })
    );
    assertMatch(String(threw), /Function throws when expected to reject\.$/);
  });
});

describe("the adapter of @std/testing/bdd", () => {
  it("exports names of std only", () => {
    assertEquals(Object.keys(bdd).filter((name) => !BDD_NAMES.includes(name)), []);
  });
});
