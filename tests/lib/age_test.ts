import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { isOlderThan } from "../../lib/age.ts";

describe("isOlderThan()", () => {
  it("takes a time far ahead for as old as one long ago", () => {
    const ages = [-2_000, -999, 0, 999, 2_000];
    assertEquals(
      ages.map((age) => isOlderThan(new Date(10_000 - age), 1_000, 10_000)),
      [true, false, false, false, true],
    );
  });
});
