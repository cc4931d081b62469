/** Short decimal forms of float32 numbers. */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { shortFloat32 } from "../../lib/float32.ts";
import { forAll } from "../support/for_all.ts";

/** Smallest positive float32 with all its bits. */
const SMALLEST_NORMAL = 2 ** -126;

describe("shortFloat32()", () => {
  it("finds the double with the fewest digits that is the same float32", () => {
    forAll([fc.float({ min: Math.fround(SMALLEST_NORMAL), noNaN: true })], (value) => {
      const short = shortFloat32(value);
      assertEquals(Math.fround(short), value);
      const digits = Array.from({ length: 9 }, (_, at) => Number(value.toPrecision(at + 1)));
      assertEquals(short, digits.find((candidate) => Math.fround(candidate) === value) ?? value);
    }, { examples: [[Math.fround(16777217.6)], [Math.fround(0.1)], [Math.fround(1.2345678)]] });
  });

  it("leaves what is no finite number, and no sign of zero", () => {
    for (const value of [NaN, Infinity, -Infinity]) assertEquals(shortFloat32(value), value);
    assert(Object.is(shortFloat32(-0), 0));
  });
});
